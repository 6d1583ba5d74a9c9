// What one can go on to from a value: the others of its records, counted by topic.
import type { Schemas } from '../../api/client';
import { isTopic, TOPICS, type Topic } from '../../topics';

export const MOST_NODES = 1000;
/** The letter that leads on to a topic, in the menu behind `p`. */
export const LETTERS: Record<Topic, string> = { ip: 'i', domain: 'd', url: 'u', hash: 'h', email: 'e', tag: 't' };

export interface Ahead {
  topic: Topic;
  count: number;
  /** Those that most sources know. */
  best: string[];
}

const BEST = 3;

/** How many values of each topic stand one step away, the most first. */
export function ahead(pivot: Schemas['Pivot']): Ahead[] {
  return TOPICS.map((topic) => {
    const nodes = pivot.nodes.filter((one) => one.hop === 1 && isTopic(one.topic) && one.topic === topic);
    const best = nodes.toSorted((a, b) => b.sources.length - a.sources.length).slice(0, BEST);
    return { topic, count: nodes.length, best: best.map((one) => one.value) };
  }).filter((one) => one.count > 0);
}
