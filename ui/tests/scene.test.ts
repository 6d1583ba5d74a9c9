import { describe, expect, it } from 'vitest';
import { lights } from '../src/scene/emphasis';
import { along, bend, HUB_RADIUS, layout, type Place } from '../src/scene/layout';
import { pick } from '../src/scene/particles';
import { seeded, type Kind, type Orb, type World } from '../src/scene/world';
import { TOPICS } from '../src/topics';

function orbs(counts: Partial<Record<Kind, number>>): Orb[] {
  return Object.entries(counts).flatMap(([kind, n]) =>
    Array.from({ length: n }, (_, i): Orb => ({ id: `${kind}${i}`, kind: kind as Kind, topics: { ip: 9 }, volume: 1e9, rate: 1 })),
  );
}

function apart(a: Place, b: Place): number {
  return Math.hypot(a.at[0] - b.at[0], a.at[1] - b.at[1], a.at[2] - b.at[2]);
}

const WORLD: World = {
  orbs: orbs({ obs: 3, ana: 1 }),
  links: [
    { a: 0, b: 1, topic: 'ip', shared: 9 },
    { a: 1, b: 2, topic: 'tag', shared: 4 },
    { a: 0, b: 3, topic: 'hash', shared: 2 },
  ],
};
const IDLE = { orb: -1, link: null, campaign: null, topics: new Set(TOPICS) };

describe('the places of the scene', () => {
  it.each([false, true])('no two orbs touch, nor the hub; spread: %s', (isSpread) => {
    const places = layout(orbs({ obs: 16, ana: 6, enr: 2, wat: 5 }), isSpread);
    for (const [i, one] of places.entries()) {
      expect(Math.hypot(...one.at)).toBeGreaterThan(HUB_RADIUS + one.radius);
      for (const other of places.slice(i + 1)) expect(apart(one, other)).toBeGreaterThan(one.radius + other.radius);
    }
  });

  it('a curve begins and ends at its orbs', () => {
    const [a, b] = [[1, 2, 3], [-4, 0, 2]] as const;
    const middle = bend(a, b, 0.5);
    expect(along(a, middle, b, 0)).toEqual([...a]);
    expect(along(a, middle, b, 1)).toEqual([...b]);
  });
});

describe('what is lit', () => {
  it('is everything while nothing is looked at', () => {
    expect(lights(WORLD, IDLE)).toEqual({ orbs: ['on', 'on', 'on', 'on'], links: ['on', 'on', 'on'], isFocused: false });
  });

  it('is an orb with its neighbours', () => {
    const { orbs: lit, links } = lights(WORLD, { ...IDLE, orb: 1 });
    expect([lit, links]).toEqual([['on', 'focus', 'on', 'dim'], ['focus', 'focus', 'dim']]);
  });

  it('leaves out the neighbours by a topic that is off', () => {
    const { orbs: lit, links } = lights(WORLD, { ...IDLE, orb: 1, topics: new Set(['ip']) });
    expect([lit, links]).toEqual([['on', 'focus', 'dim', 'dim'], ['focus', null, null]]);
  });

  it('is both ends of a link, and a campaign before all else', () => {
    expect(lights(WORLD, { ...IDLE, link: [3, 0] }).links).toEqual(['dim', 'dim', 'focus']);
    expect(lights(WORLD, { ...IDLE, orb: 3, campaign: new Set([0, 1]) }).orbs).toEqual(['on', 'on', 'dim', 'dim']);
  });
});

describe('chance', () => {
  it('is the same for the same seed', () => {
    const [one, other] = [seeded(7), seeded(7)];
    expect([one(), one()]).toEqual([other(), other()]);
  });

  it('never picks what has no weight', () => {
    for (const share of [0, 0.5, 0.999_999, 1]) expect(pick([0, 3, 0], share)).toBe(1);
  });
});
