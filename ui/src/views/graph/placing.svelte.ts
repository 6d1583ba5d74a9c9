// Where the nodes of a graph lie: laid out in a worker, so that the page stays quick; what lay
// somewhere stays near there when more comes.
import { notReady } from '../../ready.svelte';
import type { Plan } from './layout';
import workerUrl from './layout.worker?worker&url';
import type { Laid } from './layout.worker';
import type { Drawn, Pin } from './model';

interface Policy {
  createScriptURL(url: string): string;
}
const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
/** The page's policy lets workers in through this name alone, and it knows one. */
const policy = types?.createPolicy('cure-worker', {
  createScriptURL(url) {
    if (url !== workerUrl) throw new TypeError(`no worker of ours: ${url}`);
    return url;
  },
});

export function radiusOf(node: { degree: number; isStart: boolean; count: number }): number {
  return node.count ? 9 : Math.min(16, 4 + 1.9 * Math.sqrt(node.degree)) + (node.isStart ? 2 : 0);
}

export class Placing {
  x = $state.raw(new Float64Array());
  y = $state.raw(new Float64Array());
  /** Whether everything has come to rest. */
  isSettled = $state(true);
  #names: string[] = [];
  #known = new Map<string, { x: number; y: number }>();
  #worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
  #turn = 0;
  #isReady: (() => void) | undefined;

  constructor(isStill: boolean) {
    this.isStill = isStill;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Laid>) => {
      if (data.turn === this.#turn) this.#take(data);
    });
  }

  /** Whether only the last state is shown. */
  readonly isStill: boolean;

  /** Lay a graph out. */
  lay(drawn: Drawn, pins: readonly Pin[]): void {
    const pinned = new Map(pins.map((pin) => [pin.name, pin]));
    const n = drawn.nodes.length;
    const plan: Plan = {
      x: new Float64Array(n).fill(NaN),
      y: new Float64Array(n).fill(NaN),
      fixed: new Uint8Array(n),
      radius: new Float64Array(drawn.nodes.map(radiusOf)),
      edges: new Uint32Array(drawn.edges.flatMap(({ a, b }) => [a, b])),
    };
    this.#names = drawn.nodes.map((node) => node.name);
    this.#names.forEach((name, i) => {
      const at = pinned.get(name) ?? (this.isStill ? undefined : this.#known.get(name));
      if (!at) return;
      plan.x[i] = at.x;
      plan.y[i] = at.y;
      plan.fixed[i] = pinned.has(name) ? 1 : 0;
    });
    this.#turn += 1;
    this.#isReady ??= notReady();
    this.isSettled = false;
    // Until the worker tells: where they were, new ones in the middle of it.
    this.x = plan.x.map((at) => (Number.isNaN(at) ? 0 : at));
    this.y = plan.y.map((at) => (Number.isNaN(at) ? 0 : at));
    this.#worker.postMessage({ turn: this.#turn, plan, isStill: this.isStill });
  }

  /** Move one by hand. */
  move(i: number, x: number, y: number): void {
    [this.x, this.y] = [this.x.with(i, x), this.y.with(i, y)];
    this.#known.set(this.#names[i] ?? '', { x, y });
  }

  end(): void {
    this.#worker.terminate();
    this.#isReady?.();
  }

  #take(laid: Laid): void {
    [this.x, this.y] = [laid.x, laid.y];
    this.#names.forEach((name, i) => this.#known.set(name, { x: laid.x[i] ?? 0, y: laid.y[i] ?? 0 }));
    if (!laid.isLast) return;
    this.isSettled = true;
    this.#isReady?.();
    this.#isReady = undefined;
  }
}
