// A campaign as a story: who did what when, a numbered step for each database that took part.
import type { Schemas } from '../api/client';
import { publisherOf, type Database } from '../views/whole/databases';
import { verbOf, type Verb } from './verbs';

/** What one database has to do with a campaign. */
export interface Step {
  publisher: string;
  verb: Verb;
  /** When it first saw any of it, and when it last did, in milliseconds since 1970. */
  at: number;
  until: number;
  /** How often. */
  count: number;
  /** Its values, the first seen first. */
  values: { topic: string; value: string }[];
}

/**
 * Put what sources said into steps, in order of time: a step for each database, and one more where
 * it is the first of all to see something new, such as the dropper after the login tries. What an
 * enricher found out is no step: it comes when somebody computes it.
 */
export function storyOf(steps: readonly Schemas['Step'][], databases: readonly Database[]): Step[] {
  const kinds = new Map(databases.map((one) => [one.id, one.kind]));
  const told: Step[] = [];
  const verbs = new Set<Verb>();
  for (const one of [...steps].sort((a, b) => a.at.localeCompare(b.at))) {
    const publisher = publisherOf(one.source);
    const kind = kinds.get(publisher) ?? 'obs';
    if (kind === 'enr') continue;
    const verb = verbOf(publisher, kind, one.roles);
    const own = told.filter((step) => step.publisher === publisher);
    const step = own.find((each) => each.verb === verb) ?? (verbs.has(verb) ? own[0] : undefined);
    const [at, until] = [Date.parse(one.at), Date.parse(one.until)];
    verbs.add(verb);
    if (!step) {
      told.push({ publisher, verb, at, until, count: one.count, values: [{ topic: one.topic, value: one.value }] });
      continue;
    }
    step.until = Math.max(step.until, until);
    step.count += one.count;
    if (!step.values.some((each) => each.topic === one.topic && each.value === one.value)) step.values.push({ topic: one.topic, value: one.value });
  }
  return told;
}

export interface Lead {
  /** The step that was first of all. */
  first: Step;
  /** The step that it was earlier than. */
  than: Step;
  /** By how many milliseconds. */
  ms: number;
}

const NAMED = new Set<Verb>(['listed', 'named', 'posted', 'ticket', 'described']);

/** How much earlier the first database saw a campaign than anybody named it, and than it hit ourselves. */
export function leadsOf(story: readonly Step[]): { named: Lead | null; own: Lead | null } {
  const [first] = story;
  const lead = (than: Step | undefined): Lead | null => (first && than && than !== first ? { first, than, ms: than.at - first.at } : null);
  return { named: lead(story.find((step) => NAMED.has(step.verb))), own: lead(story.find((step) => step.verb === 'alert')) };
}
