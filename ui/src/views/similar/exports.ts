// Addresses that are alike, as a table for a file.
import type { Schemas } from '../../api/client';
import { csv } from '../../csv';

const HEAD = ['address', 'score', 'what', 'how', 'when', 'where', 'shared', 'first_seen', 'last_seen', 'scanner', 'country', 'asn', 'as_name', 'tags'];

/** One line for each, with what they share. */
export function csvOf(results: readonly Schemas['Alike'][]): string {
  const rows = results.map((one) => {
    const { what, how, when, where } = one.views;
    return [one.ip, one.score, what, how, when, where.join(' '), one.shared.join('; '), one.first_seen, one.last_seen, one.scanner, one.country, one.asn, one.as_name, one.tags.join(' ')];
  });
  return csv([HEAD, ...rows]);
}
