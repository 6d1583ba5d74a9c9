// A card as files.
import type { Schemas } from '../../api/client';
import { csv } from '../../csv';

/** Who says what of it: one line for each source, with the value itself in front. */
export function csvOf(card: Schemas['Card']): string {
  const head = ['topic', 'value', 'source', 'count', 'first_seen', 'last_seen'];
  return csv([head, ...Object.entries(card.sources ?? {}).map(([source, seen]) => [card.topic, card.value, source, seen.count, seen.first_seen, seen.last_seen])]);
}
