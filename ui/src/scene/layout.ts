// Where everything is: the hub at the origin, observation databases on a wide ring below, semantics
// on a narrower one above (the two layers), enrichers and watches in front. Plain numbers: the map
// without WebGL uses the same places.
import type { Kind, Orb } from './world';

export type Point = readonly [x: number, y: number, z: number];

export interface Place {
  at: Point;
  radius: number;
}

export const HUB_RADIUS = 2;
export const OBSERVATION = { radius: 7.9, y: -1.15 };
export const SEMANTICS = { radius: 4.9, y: 3.35 };

function size(volume: number): number {
  return Math.min(0.72, 0.3 + 0.07 * Math.max(0, Math.log10(1 + volume) - 1));
}

function ring(order: number, all: number, radius: number, start: number, y: number): Point {
  const angle = (order / Math.max(all, 1)) * 2 * Math.PI + start;
  return [Math.cos(angle) * radius, y, Math.sin(angle) * radius];
}

const PLACES: Record<Kind, (order: number, all: number, isSpread: boolean) => Point> = {
  obs: (order, all) => ring(order, all, OBSERVATION.radius, 0.26, OBSERVATION.y + 0.35 * Math.sin(order * 2.1)),
  ana: (order, all) => ring(order, all, SEMANTICS.radius, 0.5, SEMANTICS.y + 0.2 * Math.sin(order * 1.7)),
  enr: (order) => [-3.3 - order * 1.5, -3, 2.6 - order * 0.9],
  wat: (order, all, isSpread) => {
    const middle = order - (all - 1) / 2;
    const angle = middle * (isSpread ? 0.47 : 0.3) + (isSpread ? -0.2 : 0.62);
    const radius = isSpread ? 4.2 : 4.6;
    return [Math.sin(angle) * radius, -3.2 + 0.12 * middle ** 2 + (isSpread ? 1.1 : 0), Math.cos(angle) * radius - 0.6];
  },
};

/** Place all orbs. `isSpread`: the watches stand apart, to be looked at one by one. */
export function layout(orbs: readonly Orb[], isSpread = false): Place[] {
  const order: Record<Kind, number> = { obs: 0, ana: 0, enr: 0, wat: 0 };
  const all: Record<Kind, number> = { obs: 0, ana: 0, enr: 0, wat: 0 };
  for (const orb of orbs) all[orb.kind] += 1;
  return orbs.map(({ kind, volume }) => {
    const at = PLACES[kind](order[kind]++, all[kind], isSpread);
    return { at, radius: kind === 'wat' ? (isSpread ? 0.32 : 0.2) : kind === 'enr' ? 0.5 : size(volume) };
  });
}

/** The middle of the curve between two orbs: bent outwards and up, so that links do not lie on another. */
export function bend(a: Point, b: Point, aside: number): Point {
  const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2] as const;
  const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  const far = Math.hypot(middle[0], middle[2]);
  const angle = far > 0.5 ? Math.atan2(middle[2], middle[0]) : aside * 2 * Math.PI;
  const out = 2.6 - 0.08 * apart + aside;
  const up = (a[1] + b[1] > 2 ? 0.5 : 0.35) * (1.2 + 0.28 * apart);
  return [middle[0] + Math.cos(angle) * out, middle[1] + up, middle[2] + Math.sin(angle) * out];
}

/** A point of that curve, at `t` between 0 and 1. */
export function along(a: Point, c: Point, b: Point, t: number): Point {
  const s = 1 - t;
  const mix = (i: 0 | 1 | 2): number => a[i] * s * s + c[i] * 2 * s * t + b[i] * t * t;
  return [mix(0), mix(1), mix(2)];
}

/** A place on the way from one to another, at a share of it between 0 and 1. */
export function between(a: Place, b: Place, share: number): Place {
  const mix = (i: 0 | 1 | 2): number => a.at[i] + (b.at[i] - a.at[i]) * share;
  return { at: [mix(0), mix(1), mix(2)], radius: a.radius + (b.radius - a.radius) * share };
}
