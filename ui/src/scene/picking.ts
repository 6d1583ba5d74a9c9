// What is under the pointer, by distance on the screen: so few things need no rays.
import type { Eye, Spot } from './camera';
import { along } from './layout';
import type { Curve } from './ribbons';

/** Places in the world's lists; −1: nothing of that kind. */
export interface Found {
  orb: number;
  link: number;
}

export const NOTHING: Found = { orb: -1, link: -1 };
const NEAR_PX = 7;
const SMALLEST_TARGET_PX = 14;
const PIECES = 20;

/** The nearest orb under a point; −1: none. */
export function orbAt(x: number, y: number, spots: readonly Spot[]): number {
  let found = -1;
  let nearest = Infinity;
  for (const [i, spot] of spots.entries()) {
    const reach = Math.max(SMALLEST_TARGET_PX, spot.radius + 6);
    if (Math.hypot(spot.x - x, spot.y - y) >= reach || spot.far >= nearest) continue;
    [found, nearest] = [i, spot.far];
  }
  return found;
}

/** The link that passes nearest to a point; −1: none near enough. `isShown`: which count. */
export function linkAt(x: number, y: number, eye: Eye, curves: readonly Curve[], isShown: (i: number) => boolean): number {
  let found = -1;
  let nearest = NEAR_PX;
  for (const [i, { from, bend, to }] of curves.entries()) {
    if (!isShown(i)) continue;
    let before = eye.project(from);
    for (let piece = 1; piece <= PIECES; piece++) {
      const next = eye.project(along(from, bend, to, piece / PIECES));
      const away = distance(x, y, before, next);
      if (away < nearest) [found, nearest] = [i, away];
      before = next;
    }
  }
  return found;
}

type XY = { x: number; y: number };

/** How far a point is from the line between two others. */
function distance(x: number, y: number, a: XY, b: XY): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const share = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a.x - dx * share, y - a.y - dy * share);
}
