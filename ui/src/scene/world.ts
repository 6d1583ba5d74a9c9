// What the scene draws: plain data, made by the view from the server's answers.
import type { Topic } from '../topics';

/** obs: an observation database, ana: one of the semantics layer, enr: an enricher, wat: a watch. */
export type Kind = 'obs' | 'ana' | 'enr' | 'wat';

export interface Orb {
  id: string;
  kind: Kind;
  /** How many values of each topic it speaks of. */
  topics: Partial<Record<Topic, number>>;
  /** How much it holds: its size. */
  volume: number;
  /** Records a minute in the window of time: how dense its flow is. */
  rate: number;
}

/** Values that two orbs have in common; `a` and `b` are places in the list of orbs. */
export interface Link {
  a: number;
  b: number;
  topic: Topic;
  shared: number;
}

export interface World {
  orbs: Orb[];
  /** The strongest first. */
  links: Link[];
}

/** What is lit. A campaign wins over a selected link, that over an orb, that over the pointer. */
export interface Emphasis {
  /** A place in the list of orbs; −1: none. */
  orb: number;
  /** The two orbs of a link; null: none. */
  link: readonly [number, number] | null;
  campaign: ReadonlySet<number> | null;
  topics: ReadonlySet<Topic>;
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32): a screenshot repeats. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
