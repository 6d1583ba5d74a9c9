// Draws a picture of lanes on a canvas: bands, dots, threads, and the path of a story. 20,000 dots
// take about 15 ms without a graphics card.
import { EDGE, laneHeight, x, y, yOf, type Box } from './layout';
import { threadOf, type Lane, type Model } from './model';
import type { Tick } from './ticks';

/** The colours of the theme, by the names of the tokens. */
export type Colours = Record<'bg' | 'fg' | 'mut' | 'obs' | 'ana' | 'enr' | 'bad' | 'hub' | 'thread', string>;

export interface Lit {
  /** A value whose dots and thread stand out; −1: none. */
  value: number;
  /** A lane that does; −1: all are equal. */
  lane: number;
  /** Whether a story is told: then no threads lie beneath its path. */
  isStory: boolean;
  /** Whether the dots step back behind it, as they are others'. */
  isDim: boolean;
}

/** So many threads are drawn: those of the values in most databases. */
export const MOST_THREADS = 48;
const DOT = 1.7;

export function coloursOf(element: Element, topic: string): Colours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ...(Object.fromEntries(['bg', 'fg', 'mut', 'obs', 'ana', 'enr', 'bad', 'hub'].map((name) => [name, token(name)])) as Omit<Colours, 'thread'>),
    thread: token(topic),
  };
}

export function drawGround(on: CanvasRenderingContext2D, box: Box, lanes: readonly Lane[], ticks: readonly Tick[], colours: Colours): void {
  const tall = laneHeight(box);
  lanes.forEach((lane, i) => {
    on.fillStyle = colours[lane.kind];
    on.globalAlpha = i % 2 ? 0.035 : 0.075;
    on.fillRect(0, y(box, i) - tall / 2, box.width, tall);
  });
  on.fillStyle = colours.mut;
  on.globalAlpha = 0.22;
  for (const { at } of ticks) on.fillRect(Math.round(x(box, at)), EDGE.top, 1, box.height - EDGE.top - EDGE.bottom);
  on.globalAlpha = 1;
}

export function drawDots(on: CanvasRenderingContext2D, box: Box, model: Model, colours: Colours, lit: Lit): void {
  const usual = model.at.length > 4000 ? 0.42 : 0.7;
  const size = model.at.length > 4000 ? DOT : DOT + 0.7;
  model.lanes.forEach((lane, i) => {
    on.fillStyle = colours[lane.kind];
    on.globalAlpha = lit.isDim ? 0.16 : lit.lane >= 0 && lit.lane !== i ? 0.1 : usual;
    for (let dot = 0; dot < model.at.length; dot++) {
      if (model.lane[dot] !== i) continue;
      const [px, py] = [x(box, model.at[dot] as number), yOf(box, i, model.value[dot] as number)];
      on.fillRect(px - size / 2, py - size / 2, size, size);
    }
  });
  on.globalAlpha = 1;
}

/** Join the same value across lanes, those in most databases first. */
export function drawThreads(on: CanvasRenderingContext2D, box: Box, model: Model, colours: Colours, lit: Lit): void {
  if (lit.isStory) return;
  on.strokeStyle = colours.thread;
  on.globalAlpha = lit.value >= 0 || lit.lane >= 0 ? 0.08 : 0.17;
  on.lineWidth = 1;
  on.beginPath();
  for (let value = 0; value < Math.min(MOST_THREADS, model.values.length); value++) {
    if ((model.spread[value] ?? 0) > 1) thread(on, box, model, value);
  }
  on.stroke();
  on.globalAlpha = 1;
}

function thread(on: CanvasRenderingContext2D, box: Box, model: Model, value: number): void {
  through(
    on,
    threadOf(model, value).map(({ lane, at }) => [x(box, at), yOf(box, lane, value)] as const),
  );
}

/** One value, standing out: its dots, and its thread. */
export function drawValue(on: CanvasRenderingContext2D, box: Box, model: Model, value: number, colours: Colours): void {
  on.strokeStyle = colours.thread;
  on.lineWidth = 1.8;
  if ((model.spread[value] ?? 0) > 1) {
    on.beginPath();
    thread(on, box, model, value);
    on.stroke();
  }
  on.fillStyle = colours.fg;
  for (let dot = model.starts[value] ?? 0; dot < (model.starts[value + 1] ?? 0); dot++) {
    const [px, py] = [x(box, model.at[dot] as number), yOf(box, model.lane[dot] as number, value)];
    on.fillRect(px - 1.6, py - 1.6, 3.2, 3.2);
  }
  for (const { lane, at } of threadOf(model, value)) {
    on.beginPath();
    on.arc(x(box, at), yOf(box, lane, value), 4, 0, 7);
    on.stroke();
  }
}

/** The path of a story from mark to mark. */
export function drawPath(on: CanvasRenderingContext2D, marks: readonly (readonly [number, number])[], colours: Colours): void {
  on.strokeStyle = colours.bad;
  on.lineJoin = on.lineCap = 'round';
  for (const [alpha, width] of [
    [0.2, 11],
    [1, 2.6],
  ] as const) {
    on.globalAlpha = alpha;
    on.lineWidth = width;
    on.beginPath();
    through(on, marks);
    on.stroke();
  }
  on.globalAlpha = 1;
}

function through(on: CanvasRenderingContext2D, marks: readonly (readonly [number, number])[]): void {
  marks.forEach(([px, py], i) => {
    const before = marks[i - 1];
    if (!before) on.moveTo(px, py);
    else {
      const middle = (before[0] + px) / 2;
      on.bezierCurveTo(middle, before[1], middle, py, px, py);
    }
  });
}
