// Lays a graph out beside the page, and tells every few turns where everything lies.
import { Layout, type Plan, TURNS } from './layout';

const TOLD_EVERY = 10;

export interface Laid {
  /** Which plan it is of. */
  turn: number;
  x: Float64Array<ArrayBuffer>;
  y: Float64Array<ArrayBuffer>;
  isLast: boolean;
}

let latest = 0;

addEventListener('message', ({ data }: MessageEvent<{ turn: number; plan: Plan; isStill: boolean }>) => {
  latest = data.turn;
  const layout = new Layout(data.plan);
  const go = (done: number): void => {
    if (data.turn !== latest) return; // another graph is wanted by now
    for (let i = 0; i < TOLD_EVERY; i++) layout.turn();
    const isLast = done + TOLD_EVERY >= TURNS;
    if (isLast || !data.isStill) postMessage({ turn: data.turn, x: layout.x, y: layout.y, isLast } satisfies Laid);
    if (!isLast) setTimeout(() => go(done + TOLD_EVERY));
  };
  go(0);
});
