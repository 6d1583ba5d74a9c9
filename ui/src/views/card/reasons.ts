// Why a score is what it is, in a few lines: evidence of one kind by one database belongs together.
import type { Schemas } from '../../api/client';
import { publisherOf } from './databases';

export interface Reason {
  publisher: string;
  kind: Schemas['Factor']['kind'];
  sources: string[];
  /** On how many days, each source counted by itself. */
  days: number;
  /** How long ago the latest was, in days. */
  age: number;
  /** What all of it comes to alone, 0 to 1: the chance that any of it is right. */
  says: number;
}

/** Sum up the factors of a score, what says most in front. */
export function reasons(factors: readonly Schemas['Factor'][]): Reason[] {
  const found = new Map<string, Schemas['Factor'][]>();
  for (const one of factors) {
    const name = `${publisherOf(one.source)} ${one.kind}`;
    found.set(name, [...(found.get(name) ?? []), one]);
  }
  return [...found.values()]
    .map((own): Reason => {
      const [first] = own as [Schemas['Factor']];
      const doubt = own.reduce((left, one) => left * (1 - one.p * one.left), 1);
      const sources = [...new Set(own.map((one) => one.source))];
      return { publisher: publisherOf(first.source), kind: first.kind, sources, days: own.length, age: Math.min(...own.map((one) => one.age_days)), says: 1 - doubt };
    })
    .sort((a, b) => b.says - a.says);
}
