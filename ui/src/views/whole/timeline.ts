// How many records began when: buckets of the server's timeline, summed up for each database.
import type { Schemas } from '../../api/client';
import { publisherOf, type Database } from './databases';

export interface Range {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

export interface Buckets {
  start: number;
  /** Milliseconds. */
  length: number;
  /** For each database the records of each bucket. */
  counts: Map<string, number[]>;
  size: number;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const LONGEST = 30 * DAY;
const BARS = 120;
const LENGTHS_S = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800];

/** The range that is shown: up to thirty days before the newest record; a clock may be wrong by a day. */
export function rangeOf(databases: readonly Database[], now: number): Range | undefined {
  const sources = databases.flatMap((one) => one.sources);
  const ends = sources.map((one) => Date.parse(one.last_seen)).filter((at) => at < now + DAY);
  if (!ends.length) return undefined;
  const to = Math.max(...ends);
  const from = Math.max(Math.min(...sources.map((one) => Date.parse(one.first_seen))), to - LONGEST);
  const length = bucketLength({ from, to }) * SECOND;
  return { from: Math.floor(from / length) * length, to: (Math.floor(to / length) + 1) * length };
}

/** In seconds: the shortest round one that needs no more bars than there is room for. */
export function bucketLength({ from, to }: Range): number {
  const wanted = (to - from) / SECOND / BARS;
  return LENGTHS_S.find((one) => one >= wanted) ?? (LENGTHS_S.at(-1) as number);
}

export function buckets(timeline: Schemas['Timeline'], { from, to }: Range): Buckets {
  const length = timeline.bucket_s * SECOND;
  const size = Math.max(1, Math.ceil((to - from) / length));
  const counts = new Map<string, number[]>();
  const shift = timeline.start ? Math.round((Date.parse(timeline.start) - from) / length) : 0;
  for (const [source, own] of Object.entries(timeline.sources)) {
    const id = publisherOf(source);
    const sum = counts.get(id) ?? Array.from({ length: size }, () => 0);
    own.forEach((count, i) => {
      if (i + shift >= 0 && i + shift < size) sum[i + shift] = (sum[i + shift] ?? 0) + count;
    });
    counts.set(id, sum);
  }
  return { start: from, length, counts, size };
}

/** The records of each database in a window of time. */
export function within({ start, length, counts }: Buckets, { from, to }: Range): Map<string, number> {
  const first = Math.max(0, Math.floor((from - start) / length));
  const last = Math.ceil((to - start) / length);
  return new Map([...counts].map(([id, own]) => [id, own.slice(first, last).reduce((a, b) => a + b, 0)]));
}
