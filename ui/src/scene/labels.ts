// Labels are the document's own buttons, moved over the canvas: crisp in any script, and reachable
// without a mouse. From front to back each gives way to those before it.
import type { Spot } from './camera';
import type { Lights } from './emphasis';

const GAP = 5;
/** How far a label gives way at a time, below and above in turn, and how often. */
const STEP_PX = 9;
const TRIES = 17;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class Labels {
  readonly #elements: readonly HTMLElement[];
  #sizes: { width: number; height: number }[] = [];

  constructor(elements: readonly HTMLElement[]) {
    this.#elements = elements;
    this.measure();
  }

  /** To be called when their texts have changed. */
  measure(): void {
    this.#sizes = this.#elements.map((one) => ({ width: one.offsetWidth, height: one.offsetHeight }));
  }

  setLights(lights: Lights): void {
    for (const [i, element] of this.#elements.entries()) element.dataset['lit'] = lights.orbs[i] ?? 'on';
  }

  /** Put each below its orb. Cost: n² comparisons, 0.1 ms for 22. */
  place(spots: readonly Spot[]): void {
    const placed: Box[] = [];
    const nearest = spots.map((_, i) => i).sort((a, b) => (spots[a] as Spot).far - (spots[b] as Spot).far);
    for (const i of nearest) {
      const spot = spots[i] as Spot;
      const element = this.#elements[i];
      const size = this.#sizes[i];
      if (!element || !size) continue;
      const below = spot.y + spot.radius + GAP;
      const box = { x: spot.x, y: below, ...size };
      for (let tries = 1; tries < TRIES && placed.some((one) => overlap(one, box)); tries++) {
        box.y = below + Math.ceil(tries / 2) * STEP_PX * (tries % 2 ? 1 : -1);
      }
      placed.push(box);
      element.style.transform = `translate(${(box.x - box.width / 2).toFixed(1)}px,${box.y.toFixed(1)}px)`;
      element.style.zIndex = String(100 - Math.round(spot.far));
      element.style.setProperty('--far', Math.min(1, Math.max(0.55, 1.9 - spot.far / 26)).toFixed(2));
    }
  }
}

function overlap(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 + 4 && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + 1;
}
