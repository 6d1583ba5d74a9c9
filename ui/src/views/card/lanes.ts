// The life of a value as lanes: one for each database, in the order in which they first saw it.
import type { Schemas } from '../../api/client';
import { bucketLength, type Range } from '../whole/timeline';
import { publisherOf } from './databases';

export interface Lane {
  publisher: string;
  /** Its sources, as their names stand. */
  sources: string[];
  counts: number[];
  total: number;
  /** The first bucket in which there is something. */
  first: number;
  last: number;
}

export interface Lanes {
  /** Milliseconds since 1970. */
  start: number;
  /** Of a bucket, in milliseconds. */
  length: number;
  size: number;
  lanes: Lane[];
  /** The buckets of each source. */
  courses: ReadonlyMap<string, number[]>;
}

const FEWEST = 8;

/** From the first to the last that is known of a value; undefined: nothing is. */
export function rangeOf(sources: Card['sources']): Range | undefined {
  const seen = Object.values(sources ?? {});
  if (!seen.length) return undefined;
  return { from: Math.min(...seen.map((one) => Date.parse(one.first_seen))), to: Math.max(...seen.map((one) => Date.parse(one.last_seen))) };
}

type Card = Schemas['Card'];

/** The length of a bucket in seconds that shows a range well. */
export function bucketOf(range: Range): number {
  return bucketLength(range);
}

/** Put the server's buckets into lanes; there are a few buckets at least, so that one dot has a place. */
export function lanesOf(timeline: Schemas['Timeline'], range: Range): Lanes {
  const length = timeline.bucket_s * 1000;
  const told = Math.max(0, ...Object.values(timeline.sources).map((own) => own.length));
  const spare = Math.max(1, Math.ceil((FEWEST - told) / 2));
  const start = (timeline.start ? Date.parse(timeline.start) : Math.floor(range.from / length) * length) - spare * length;
  const size = told + 2 * spare;
  const courses = new Map<string, number[]>();
  const byPublisher = new Map<string, string[]>();
  for (const [source, own] of Object.entries(timeline.sources)) {
    const course = Array.from({ length: size }, (_, i) => own[i - spare] ?? 0);
    courses.set(source, course);
    const publisher = publisherOf(source);
    byPublisher.set(publisher, [...(byPublisher.get(publisher) ?? []), source]);
  }
  const lanes = [...byPublisher].map(([publisher, sources]): Lane => {
    const counts = Array.from({ length: size }, (_, i) => sources.reduce((sum, one) => sum + (courses.get(one)?.[i] ?? 0), 0));
    return { publisher, sources, counts, total: counts.reduce((a, b) => a + b, 0), first: counts.findIndex((n) => n > 0), last: counts.findLastIndex((n) => n > 0) };
  });
  lanes.sort((a, b) => a.first - b.first || b.total - a.total || a.publisher.localeCompare(b.publisher));
  return { start, length, size, lanes, courses };
}

/** A mark in each bucket that has something, the taller the more: an SVG path around the line y = 0. */
export function beads(counts: readonly number[], wide: number, tall: number): string {
  const most = Math.log1p(Math.max(1, ...counts));
  const thick = Math.max(1.6, Math.min(6, wide * 0.66));
  return counts
    .map((count, i) => {
      if (!count) return '';
      const high = 4 + (Math.log1p(count) / most) * (tall - 4); // nothing that is there vanishes
      return `M${((i + 0.5) * wide - thick / 2).toFixed(1)} ${(-high / 2).toFixed(1)}h${thick.toFixed(1)}v${high.toFixed(1)}h${(-thick).toFixed(1)}Z`;
    })
    .join('');
}

/** The same as columns on a foot line, for a table's cell: an SVG path in a box of 100 × 16. */
export function columns(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  const wide = 100 / Math.max(1, counts.length);
  return counts.map((count, i) => (count ? `M${(i * wide).toFixed(2)} 16v${(-Math.max(2, (count / most) * 15)).toFixed(1)}h${Math.max(0.8, wide * 0.8).toFixed(2)}V16Z` : '')).join('');
}

/** Moments for an axis: round in the zone that is `shift` ms ahead of UTC, `most` of them or fewer. */
export function ticksOf(from: number, to: number, shift: number, most: number): { at: number; isDay: boolean }[] {
  const hours = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 2160, 4320, 8760].map((one) => one * 3_600_000);
  const step = hours.find((one) => (to - from) / one <= most) ?? (to - from) / most;
  const first = Math.ceil((from + shift) / step) * step - shift;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => ({ at: first + i * step, isDay: step >= 86_400_000 }));
}
