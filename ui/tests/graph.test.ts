import { describe, expect, it } from 'vitest';
import { type Box, withoutOverlap } from '../src/views/graph/labels';
import { Layout, type Plan, TURNS } from '../src/views/graph/layout';
import { type Answer, build, edgesOf, FEW, nameOf, pathBetween, type Wanted } from '../src/views/graph/model';
import { EMPTY, packed, shared, unpacked } from '../src/views/graph/sharing';
import { csvOf } from '../src/views/graph/exporting';

/** An answer of the server: a value with so many around it. */
function around(value: string, beside: readonly string[], left: Record<string, number> = {}): Answer {
  return {
    nodes: [value, ...beside].map((one, i) => ({ topic: 'ip', value: one, hop: i ? 1 : 0, sources: ['nicter'] })),
    edges: beside.map((_, i) => ({ a: 0, b: i + 1, records: i + 1, sources: ['nicter'] })),
    truncated: Object.keys(left).length > 0,
    sampled: false,
    left,
  };
}

const many = (n: number, prefix: string): string[] => Array.from({ length: n }, (_, i) => `${prefix}.${i}`);
const wanted = (some: Partial<Wanted>): Wanted => ({ ...EMPTY, ...some });
const STAR = new Map([['a', around('a', ['b', 'c'])], ['b', around('b', ['a', 'd'])]]);

describe('what is drawn', () => {
  it('is what stands beside the start, and beside what was expanded', () => {
    const drawn = build(wanted({ starts: ['a'], expanded: [nameOf('ip', 'b')] }), STAR);
    expect(drawn.nodes.map((one) => one.value).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(drawn.edges).toHaveLength(3);
    expect(drawn.nodes.filter((one) => one.isExpanded).map((one) => one.value)).toEqual(['a', 'b']);
    expect([drawn.drawn, drawn.total]).toEqual([4, 4]);
  });

  it('has no more values than the limit, and says how many there are', () => {
    const drawn = build(wanted({ starts: ['a'] }), new Map([['a', around('a', many(300, 'x'), { ip: 4000, tag: 5 })]]));
    expect([drawn.drawn, drawn.total]).toEqual([FEW, 301 + 4005]);
    const rest = drawn.nodes.filter((one) => one.count);
    expect(rest.map((one) => [one.topic, one.count])).toEqual([['ip', 4000 + 101], ['tag', 5]]);
  });

  it('gives each value that was expanded its share', () => {
    const answers = new Map([['a', around('a', ['b', ...many(400, 'x')])], ['b', around('b', ['a', ...many(400, 'y')])]]);
    const drawn = build(wanted({ starts: ['a'], expanded: [nameOf('ip', 'b')] }), answers);
    expect(drawn.nodes.filter((one) => one.value.startsWith('y')).length).toBeGreaterThan(90);
  });

  it('is without what was hidden, and has it back', () => {
    const drawn = build(wanted({ starts: ['a'], hidden: [nameOf('ip', 'c')] }), STAR);
    expect(drawn.nodes.map((one) => one.value)).toEqual(['a', 'b']);
    expect(drawn.hidden).toBe(1);
  });

  it('tells what has to be asked for', () => {
    expect(build(wanted({ starts: ['a', 'z'], expanded: [nameOf('ip', 'b')] }), STAR).questions).toEqual(['a', 'z', 'b']);
  });
});

describe('a path', () => {
  const drawn = build(wanted({ starts: ['a', 'q'], expanded: [nameOf('ip', 'b')] }), new Map([...STAR, ['q', around('q', ['r'])]]));
  const at = (value: string): number => drawn.nodes.findIndex((one) => one.value === value);

  it('is the shortest over what is drawn', () => {
    const path = pathBetween(drawn, edgesOf(drawn), at('c'), at('d'));
    expect(path?.map((i) => drawn.nodes[i]?.value)).toEqual(['c', 'a', 'b', 'd']);
  });

  it('may not be there', () => {
    expect(pathBetween(drawn, edgesOf(drawn), at('a'), at('r'))).toBeNull();
  });
});

describe('an address', () => {
  it('holds the whole graph', () => {
    const all = wanted({ starts: ['192.0.2.7', 'malware:a b'], expanded: ['abc'], hidden: ['xyz'], pins: [{ name: 'abc', x: -12, y: 340 }], limit: 500 });
    expect(unpacked(packed(all))).toEqual(all);
  });

  it('is shortened where it would be too long, and says so', () => {
    const pins = many(400, 'p').map((one, i) => ({ name: nameOf('ip', one), x: i, y: i }));
    const { query, isCut } = shared(wanted({ starts: ['a'], pins }));
    expect(isCut).toBe(true);
    expect(query).toEqual({ value: 'a' });
  });

  it('with nonsense in it is a graph all the same', () => {
    expect(unpacked({ value: ' \n', e: '<script>', x: '..', p: 'a_b', n: '99999' })).toEqual(EMPTY);
  });
});

describe('a layout', () => {
  const plan = (): Plan => ({
    x: new Float64Array(120).fill(NaN),
    y: new Float64Array(120).fill(NaN),
    fixed: new Uint8Array(120),
    radius: new Float64Array(120).fill(6),
    edges: Uint32Array.from({ length: 238 }, (_, i) => (i % 2 ? (i + 1) / 2 : i % 40 === 0 ? 0 : 1)),
  });
  const done = (one: Plan): Layout => {
    const layout = new Layout(one);
    for (let i = 0; i < TURNS; i++) layout.turn();
    return layout;
  };

  it('is the same each time, and lays none over another', () => {
    const [first, second] = [done(plan()), done(plan())];
    expect(first.x).toEqual(second.x);
    for (let i = 0; i < 120; i++) {
      for (let j = 0; j < i; j++) expect(Math.hypot((first.x[i] ?? 0) - (first.x[j] ?? 0), (first.y[i] ?? 0) - (first.y[j] ?? 0))).toBeGreaterThan(3);
    }
  });

  it('leaves what is pinned where it is', () => {
    const one = plan();
    [one.x[5], one.y[5], one.fixed[5]] = [400, -300, 1];
    const { x, y } = done(one);
    expect([x[5], y[5]]).toEqual([400, -300]);
  });

  it('stands values that lie in one place, and none at all', () => {
    const one = { ...plan(), x: new Float64Array(120), y: new Float64Array(120) };
    expect(done(one).x.every(Number.isFinite)).toBe(true);
    expect(done({ x: new Float64Array(), y: new Float64Array(), fixed: new Uint8Array(), radius: new Float64Array(), edges: new Uint32Array() }).x).toHaveLength(0);
  });
});

describe('what is written', () => {
  it('lies over nothing else: the most important first', () => {
    const box = (x: number): Box => ({ x, y: 0, width: 50, height: 16 });
    const kept = (...one: Parameters<typeof withoutOverlap>): number[][] => withoutOverlap(...one).map(({ label, box: { x } }) => [label, x]);
    expect(kept([[box(0)], [box(20)], [box(60)], [box(111)]], 9)).toEqual([[0, 0], [2, 60], [3, 111]]);
    expect(kept([[box(0)], [box(20), box(-90)]], 9)).toEqual([[0, 0], [1, -90]]);
    expect(kept([[box(0)], [box(60)], [box(120)]], 2)).toEqual([[0, 0], [1, 60]]);
    expect(kept([[box(0)], [box(60)]], 9, [box(30)])).toEqual([]);
  });

  it('into a table has the sources of each relation', () => {
    expect(csvOf(build(wanted({ starts: ['a'] }), STAR)).split('\r\n')[1]).toBe('ip,a,ip,b,1,nicter');
  });
});
