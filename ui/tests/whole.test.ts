import { describe, expect, it } from 'vitest';
import { told } from '../src/views/whole/alerts';
import { databases, drawnLinks, linkedWith, type Source } from '../src/views/whole/databases';
import { bucketLength, buckets, rangeOf, within } from '../src/views/whole/timeline';
import { topicOf } from '../src/views/whole/watched.svelte';
import { TOPICS } from '../src/topics';

function source(name: string, more: Partial<Source> = {}): Source {
  const at = { first_seen: '2026-11-01T00:00:00Z', last_seen: '2026-11-02T00:00:00Z' };
  return { name, records: 2, sightings: 2, topics: { ip: 1 }, title: `${name}: what it is`, title_ja: `${name}：説明`, layer: 'artifact', ...at, ...more };
}

const HOUR = 3_600_000;
const START = Date.parse('2026-11-01T00:00:00Z');

describe('databases', () => {
  it('are the sources of one publisher together, the observation layer first', () => {
    const found = databases([source('reports', { layer: 'semantics' }), source('cowrie@b'), source('cowrie@a', { topics: { hash: 3 } })]);
    expect(found.map(({ id, kind, records, title }) => [id, kind, records, title.ja])).toEqual([
      ['cowrie', 'obs', 4, 'cowrie@b'],
      ['reports', 'ana', 2, 'reports'],
    ]);
    expect(found[0]?.topics).toEqual({ ip: 1, hash: 3 });
  });

  it('of enrichers are pink whatever their layer', () => {
    expect(databases([source('enricher@similar')])[0]?.kind).toBe('enr');
  });
});

describe('links', () => {
  const links = [
    { a: 'x', b: 'y', topic: 'ip', count: 9 },
    { a: 'x', b: 'z', topic: 'ip', count: 8 },
    { a: 'y', b: 'z', topic: 'tag', count: 1 },
  ] as const;

  it('are drawn the strongest of each topic first', () => {
    const places = new Map([['x', 0], ['y', 1], ['z', 2]]);
    expect(drawnLinks([...links], places).map((one) => [one.topic, one.shared])).toEqual([['ip', 9], ['tag', 1], ['ip', 8]]);
  });

  it('of a database are summed up for each other', () => {
    expect(linkedWith([...links], 'z', new Set(TOPICS)).map((one) => [one.id, one.count])).toEqual([['x', 8], ['y', 1]]);
    expect(linkedWith([...links], 'z', new Set(['tag'])).map((one) => one.id)).toEqual(['y']);
  });
});

describe('times', () => {
  it('one wrong clock does not stretch the range', () => {
    const range = rangeOf(databases([source('a'), source('b', { last_seen: '2099-01-01T00:00:00Z' })]), START + 48 * HOUR);
    expect(range && new Date(range.to).toISOString() < '2026-11-03').toBe(true);
  });

  it('there are never more bars than there is room for', () => {
    for (const days of [0.01, 1, 14, 30]) {
      const range = { from: START, to: START + days * 24 * HOUR };
      expect((range.to - range.from) / 1000 / bucketLength(range)).toBeLessThanOrEqual(120);
    }
  });

  it('the buckets of sources of one publisher add up, and a window takes its part', () => {
    const timeline = { bucket_s: 3600, start: '2026-11-01T01:00:00Z', sources: { 'c@a': [1, 2, 3], 'c@b': [10, 0, 0] } };
    const all = buckets(timeline, { from: START, to: START + 4 * HOUR });
    expect(all.counts.get('c')).toEqual([0, 11, 2, 3]);
    expect(within(all, { from: START + HOUR, to: START + 2 * HOUR }).get('c')).toBe(11);
  });
});

describe('watches', () => {
  it.each([
    ['192.0.2.0/24', 'ip'], ['2001:db8::/32', 'ip'], ['*.example.jp', 'domain'], ['example.com', 'domain'],
    ['*@example.jp', 'email'], ['malware:*bot', 'tag'], ['https://example.com/a', 'url'], ['d41d8cd98f00b204e9800998ecf8427e', 'hash'],
  ])('%s looks out for %s', (pattern, topic) => expect(topicOf(pattern)).toBe(topic));
});

describe('the ticker', () => {
  it('shows of an alert the outside value that is best known', () => {
    const outside = [{ topic: 'ip', value: '192.0.2.7', sources: { 'cowrie@a': {}, 'cowrie@b': {}, exist: {} }, score: 81 }];
    const [one] = told({ alerts: [{ id: '1', last_seen: '2026-11-01T00:00:00Z', outside }, { id: '2', last_seen: null, outside: [] }] });
    expect(one).toMatchObject({ id: '1', severity: 'high', value: '192.0.2.7', others: 2 });
  });
});
