import { describe, expect, it } from 'vitest';
import type { Schemas } from '../src/api/client';
import { csv } from '../src/csv';
import { preferences } from '../src/preferences.svelte';
import { fileName } from '../src/save';
import { csvOf } from '../src/views/card/exports';
import { beads, columns, lanesOf, rangeOf, ticksOf } from '../src/views/card/lanes';
import { lengthOf } from '../src/views/card/lengths';
import { ahead } from '../src/views/card/pivots';
import { reasons } from '../src/views/card/reasons';

const HOUR = 3_600_000;
const seen = (from: string, to: string, count = 1): Schemas['Seen'] => ({ count, first_seen: from, last_seen: to });

describe('the lanes of a value', () => {
  const timeline = { bucket_s: 3600, start: '2026-01-01T00:00:00Z', sources: { 'exist@list': [0, 0, 1], 'cowrie@a': [0, 2, 0], 'cowrie@b': [3, 0, 1] } };
  const range = { from: Date.parse('2026-01-01T00:10:00Z'), to: Date.parse('2026-01-01T02:10:00Z') };

  it('are its databases, those that saw it first in front', () => {
    const life = lanesOf(timeline, range);
    expect(life.lanes.map((one) => [one.publisher, one.total, one.sources.length])).toEqual([
      ['cowrie', 6, 2],
      ['exist', 1, 1],
    ]);
    expect(life.courses.get('cowrie@b')?.length).toBe(life.size);
  });

  it('keep their moments when buckets are put around them', () => {
    const life = lanesOf(timeline, range);
    const first = life.lanes[0]?.first ?? -1;
    expect(new Date(life.start + first * life.length).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(life.size).toBeGreaterThanOrEqual(8);
  });

  it('draw a mark for all that is there and nothing else', () => {
    expect(beads([0, 1, 0, 1000], 5, 18).match(/M/g)).toHaveLength(2);
    expect(columns([0, 0])).toBe('');
    expect(columns([1, 10_000])).toContain('v-2');
  });

  it('reach from the first to the last of any source', () => {
    expect(rangeOf({})).toBeUndefined();
    expect(rangeOf({ a: seen('2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'), b: seen('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z') })).toEqual({
      from: Date.parse('2026-01-01T00:00:00Z'),
      to: Date.parse('2026-01-03T00:00:00Z'),
    });
  });

  it('have ticks at midnight of the zone that is shown', () => {
    const from = Date.parse('2026-01-01T00:00:00Z');
    const [first] = ticksOf(from, from + 96 * HOUR, 9 * HOUR, 5);
    expect([new Date(first?.at ?? 0).toISOString(), first?.isDay]).toEqual(['2026-01-01T15:00:00.000Z', true]);
  });
});

describe('reasons', () => {
  it('put together what one database says of one kind, as the score does', () => {
    const factor = (source: string, kind: Schemas['Factor']['kind'], p: number): Schemas['Factor'] => ({ source, kind, day: '2026-01-01', last_seen: '2026-01-01T00:00:00Z', count: 1, age_days: p, p, left: 1, adds: 0 });
    const [first, second] = reasons([factor('nicter@a', 'scan', 0.2), factor('cowrie@a', 'exploit', 0.5), factor('cowrie@b', 'exploit', 0.5)]);
    expect(first).toMatchObject({ publisher: 'cowrie', kind: 'exploit', days: 2, says: 0.75, age: 0.5 });
    expect(second?.says).toBeCloseTo(0.2);
  });
});

describe('pivots', () => {
  it('count what is one step away, and name what most sources know', () => {
    const node = (value: string, hop: number, sources: number): Schemas['Node'] => ({ topic: 'ip', value, hop, sources: Array.from({ length: sources }, (_, i) => `s${i}`) });
    const nodes = [node('192.0.2.1', 0, 9), node('192.0.2.2', 1, 1), node('192.0.2.3', 1, 3), node('192.0.2.4', 2, 5)];
    expect(ahead({ nodes, edges: [], truncated: false, sampled: false })).toEqual([{ topic: 'ip', count: 2, best: ['192.0.2.3', '192.0.2.2'] }]);
  });
});

describe('files', () => {
  it('have a line for each source, and compute nothing', () => {
    expect(csvOf({ topic: 'url', value: 'http://example.com/a,b', status: 'known', sources: { x: seen('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 2) } })).toBe(
      'topic,value,source,count,first_seen,last_seen\r\nurl,"http://example.com/a,b",x,2,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z',
    );
    expect(csv([['=1+1', -1, null]])).toBe("'=1+1,-1,");
    expect(fileName('http://example.com/a?b', 'csv')).toBe('http_example.com_a_b.csv');
  });
});

it('a length is told in the largest unit that fits', () => {
  preferences.language = 'en';
  expect([lengthOf(45), lengthOf(600), lengthOf(40_000), lengthOf(353_000)]).toEqual(['45 sec', '10 min', '11 hr', '4.1 days']);
});
