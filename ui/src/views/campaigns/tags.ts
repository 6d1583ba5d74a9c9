// What is known of campaigns, malware and actors: a row for each tag, those in most databases first.
import type { Schemas } from '../../api/client';
import { publisherOf } from '../whole/databases';

/** The vocabularies whose tags name something that attacks. */
export const KINDS = ['malware', 'actor', 'campaign'] as const;
export type Kind = (typeof KINDS)[number];

export interface Tagged {
  value: string;
  kind: Kind;
  /** The publishers that speak of it. */
  databases: Set<string>;
  /** How often, by all. */
  count: number;
  first: string;
  last: string;
}

export function taggedOf(found: readonly Schemas['Found'][]): Tagged[] {
  return found
    .map((one): Tagged => {
      const seen = Object.values(one.sources);
      return {
        value: one.value,
        kind: KINDS.find((kind) => one.value.startsWith(`${kind}:`)) ?? 'malware',
        databases: new Set(Object.keys(one.sources).map(publisherOf)),
        count: seen.reduce((sum, each) => sum + each.count, 0),
        first: seen.reduce((first, each) => (each.first_seen < first ? each.first_seen : first), '9'),
        last: seen.reduce((last, each) => (each.last_seen > last ? each.last_seen : last), ''),
      };
    })
    .sort((a, b) => b.databases.size - a.databases.size || b.count - a.count || a.value.localeCompare(b.value));
}

const TECHNIQUE = /^attack:(T\d{4})(\.\d{3})?$/;

/** The ATT&CK techniques among the tags beside a campaign, by number, with how many values each stands beside. */
export function techniquesOf(tags: Readonly<Record<string, number>>): { value: string; id: string; count: number }[] {
  return Object.entries(tags)
    .filter(([value]) => TECHNIQUE.test(value))
    .map(([value, count]) => ({ value, id: value.slice('attack:'.length), count }))
    .sort((a, b) => a.id.localeCompare(b.id));
}
