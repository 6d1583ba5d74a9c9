// A campaign as a table: its members, and what each source says of them.
import type { Schemas } from '../../api/client';
import { csv } from '../../csv';

export function csvOf(members: readonly Schemas['Member'][]): string {
  const rows = members.flatMap((one) => Object.entries(one.sources).map(([source, seen]) => [one.topic, one.value, one.hop, source, seen.count, seen.first_seen, seen.last_seen]));
  return csv([['topic', 'value', 'hop', 'source', 'count', 'first_seen', 'last_seen'], ...rows]);
}
