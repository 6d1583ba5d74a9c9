// Where things are in a picture of lanes, in pixels: time runs to the right, lanes go down.
import type { Model } from './model';

export interface Box {
  width: number;
  height: number;
  /** The window of time, in milliseconds since 1970. */
  from: number;
  to: number;
  lanes: number;
}

export const EDGE = { top: 6, bottom: 24, side: 10 } as const;
/** So far the dots of a lane keep from the next one's, as a share of its height. */
const SPREAD = 0.84;
const GOLDEN = 0.6180339887498949;

export function laneHeight({ height, lanes }: Box): number {
  return (height - EDGE.top - EDGE.bottom) / Math.max(lanes, 1);
}

export function x(box: Box, at: number): number {
  return EDGE.side + ((at - box.from) / Math.max(box.to - box.from, 1)) * (box.width - 2 * EDGE.side);
}

/** The moment at a place; beyond the edges, that of the edge. */
export function timeAt(box: Box, place: number): number {
  const share = (place - EDGE.side) / Math.max(box.width - 2 * EDGE.side, 1);
  return box.from + Math.max(0, Math.min(1, share)) * (box.to - box.from);
}

/** The middle of a lane. */
export function y(box: Box, lane: number): number {
  return EDGE.top + (lane + 0.5) * laneHeight(box);
}

/** Where the dots of a value are in a lane: the same value is at one height in each. */
export function yOf(box: Box, lane: number, value: number): number {
  const share = (((value + 1) * GOLDEN) % 1) - 0.5;
  return y(box, lane) + share * SPREAD * laneHeight(box);
}

/** Finds what is near the pointer: dots in cells, so that a look costs microseconds. */
export class Hits {
  #cells = new Map<number, number[]>();
  static readonly #CELL = 12;

  constructor(
    private readonly model: Model,
    private readonly box: Box,
  ) {
    for (let dot = 0; dot < model.at.length; dot++) {
      const cell = this.#cell(this.#x(dot), this.#y(dot));
      const own = this.#cells.get(cell);
      if (own) own.push(dot);
      else this.#cells.set(cell, [dot]);
    }
  }

  /** The dot that is nearest to a place, so many pixels away at most; −1: there is none. */
  nearest(px: number, py: number, most = 8): number {
    let [best, far] = [-1, most * most];
    const size = Hits.#CELL;
    for (const dx of [-size, 0, size]) {
      for (const dy of [-size, 0, size]) {
        for (const dot of this.#cells.get(this.#cell(px + dx, py + dy)) ?? []) {
          const away = (this.#x(dot) - px) ** 2 + (this.#y(dot) - py) ** 2;
          if (away < far) [best, far] = [dot, away];
        }
      }
    }
    return best;
  }

  #x(dot: number): number {
    return x(this.box, this.model.at[dot] as number);
  }

  #y(dot: number): number {
    return yOf(this.box, this.model.lane[dot] as number, this.model.value[dot] as number);
  }

  #cell(px: number, py: number): number {
    return Math.floor(py / Hits.#CELL) * 100_000 + Math.floor(px / Hits.#CELL);
  }
}
