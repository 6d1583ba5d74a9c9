// How fast frames come: on slow machines the picture gets coarser, and when that is not enough, the
// view is told to show the map instead.
const SLOW_MS = 30;
const PATIENCE = 6; // frames
const COARSEST = 0.5;
const HOPELESS_MS = 60;
const HOPELESS_AFTER_MS = 2000;
const REMEMBERED = 400;

export class Pace {
  /** Device pixels for each CSS pixel. */
  ratio: number;
  readonly #isFixed: boolean;
  readonly #frames: number[] = [];
  readonly #own: number[] = [];
  #mean = 16;
  #slow = 0;
  #hopelessSince = 0;
  #last = 0;

  constructor(fixed: number | null) {
    this.ratio = fixed ?? Math.min(devicePixelRatio, 2);
    this.#isFixed = fixed !== null;
  }

  /** Note a frame: when it began, and how long our own part of it took. */
  note(now: number, ownMs: number): 'fine' | 'coarser' | 'hopeless' {
    remember(this.#own, ownMs);
    const took = this.#last ? now - this.#last : 0;
    this.#last = now;
    if (!took || took > 1000) return 'fine'; // the first, or the page was hidden
    remember(this.#frames, took);
    if (this.#isFixed) return 'fine';
    this.#mean += (took - this.#mean) * 0.1;
    if (this.#mean <= SLOW_MS) {
      this.#slow = this.#hopelessSince = 0;
      return 'fine';
    }
    if (this.ratio > COARSEST) {
      if (++this.#slow <= PATIENCE) return 'fine';
      this.#slow = 0;
      this.ratio = Math.max(COARSEST, this.ratio * 0.7);
      return 'coarser';
    }
    if (this.#mean <= HOPELESS_MS) this.#hopelessSince = 0;
    else if (!this.#hopelessSince) this.#hopelessSince = now;
    else if (now - this.#hopelessSince > HOPELESS_AFTER_MS) return 'hopeless';
    return 'fine';
  }

  /** The medians in milliseconds: between frames, and of our own work in one. */
  medians(): { frameMs: number; ownMs: number } {
    return { frameMs: median(this.#frames), ownMs: median(this.#own) };
  }
}

function remember(all: number[], one: number): void {
  all.push(one);
  if (all.length > REMEMBERED) all.shift();
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
}
