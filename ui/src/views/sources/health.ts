// How sources fare: from when they were heard, whether they are quieter than they use to be. Pure.
import type { Schemas } from '../../api/client';

export type Timeline = Schemas['Timeline'];
export type Quiet = 'heard' | 'quiet' | 'unsure';

const FEWEST_GAPS = 5;
const PATIENCE = 2;

/** The length of a gap that 95 of 100 of a source's gaps do not exceed, in buckets; null: too little is known. */
export function usualGap(counts: readonly number[]): number | null {
  const heard = counts.flatMap((count, i) => (count ? [i] : []));
  const gaps = heard.slice(1).map((at, i) => at - (heard[i] as number));
  if (gaps.length < FEWEST_GAPS) return null;
  return gaps.toSorted((a, b) => a - b)[Math.ceil(gaps.length * 0.95) - 1] ?? null;
}

export interface Silence {
  state: Quiet;
  /** How long it has said nothing, and how long it uses to say nothing, in seconds; null: not known. */
  forS: number;
  usualS: number | null;
}

/**
 * Tell whether a source says nothing for longer than it uses to.
 *
 * @param now When it is, in ms.
 * @param heardUntil When any source was last heard: where all are silent, it is not this one's fault.
 */
export function silence(lastSeen: string, counts: readonly number[], bucketS: number, now: number, heardUntil = now): Silence {
  const forS = Math.max(0, (now - Date.parse(lastSeen)) / 1000);
  const gap = usualGap(counts);
  if (gap === null) return { state: 'unsure', forS, usualS: null };
  const usualS = gap * bucketS;
  const missedS = (heardUntil - Date.parse(lastSeen)) / 1000;
  return { state: missedS > PATIENCE * usualS + bucketS ? 'quiet' : 'heard', forS, usualS };
}

/** What we make ourselves of what sources say. */
const OURS = new Set(['enricher', 'analysts']);

/** When anything was last heard of any source, in ms, and not later than now. */
export function lastHeard(sources: readonly { name: string; last_seen: string }[], now: number): number {
  const others = sources.filter((one) => !OURS.has(one.name.split('@')[0] ?? ''));
  return Math.min(now, Math.max(0, ...others.map((one) => Date.parse(one.last_seen))));
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A length of time in its largest unit, in the language that is given: 3 days, 3 日. */
export function lengthOf(seconds: number, language: string): string {
  const [unit, length] = UNITS.find(([, one]) => seconds >= one) ?? ['second', 1];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.floor(seconds / length));
}

/** Add neighbours up, so that there are no more than so many. */
export function binned(counts: readonly number[], most: number): number[] {
  const each = Math.max(1, Math.ceil(counts.length / most));
  return Array.from({ length: Math.ceil(counts.length / each) }, (_, i) => counts.slice(i * each, (i + 1) * each).reduce((sum, one) => sum + one, 0));
}
