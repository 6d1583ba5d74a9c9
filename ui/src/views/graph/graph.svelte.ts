// The state of the graph view: the address says what is wanted, the server what there is.
import { untrack } from 'svelte';
import { api, ApiError, told } from '../../api/client';
import { notReady } from '../../ready.svelte';
import { asked, setQuery } from '../../router.svelte';
import { type Answer, build, edgesOf, LIMITS, nameOf, type Node, pathBetween, type Pin, type Wanted } from './model';
import { packed, unpacked } from './sharing';

export class Graph {
  #answers = $state.raw<ReadonlyMap<string, Answer>>(new Map());
  #asking = new Map<string, AbortController>();
  /** For how many values was asked. */
  #limits = new Map<string, number>();
  #before = $state.raw<readonly Wanted[]>([]);
  /** What could not be had, by what was asked for. */
  errors = $state.raw<ReadonlyMap<string, ApiError>>(new Map());
  waiting = $state(0);
  /** The position of the node that the pointer is on; −1: none. */
  hovered = $state(-1);
  readonly wanted = $derived(unpacked({ value: asked('value'), e: asked('e'), x: asked('x'), p: asked('p'), n: asked('n') }));
  readonly drawn = $derived(build(this.wanted, this.#answers));
  readonly edges = $derived(edgesOf(this.drawn));
  readonly at = $derived(new Map(this.drawn.nodes.map((node, i) => [node.name, i] as const)));
  readonly selected = $derived(this.at.get(asked('sel') ?? '') ?? -1);
  readonly node = $derived<Node | undefined>(this.drawn.nodes[this.selected]);
  /** Where the path that is wanted begins; −1: none is. */
  readonly from = $derived(this.at.get(asked('from_node') ?? '') ?? -1);
  readonly path = $derived(this.from >= 0 && this.selected >= 0 && this.from !== this.selected ? pathBetween(this.drawn, this.edges, this.from, this.selected) : []);
  /** Positions of all values, the most connected first. */
  readonly order = $derived(this.drawn.nodes.map((_, i) => i).sort((a, b) => this.#weight(b) - this.#weight(a) || a - b));

  #weight(i: number): number {
    const node = this.drawn.nodes[i] as Node;
    return node.count ? -1 : node.degree + (node.isStart ? 1e6 : 0);
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** Ask for what is missing. To be called in an effect. */
  ask(): void {
    const { limit } = this.wanted;
    for (const value of this.drawn.questions) {
      if (this.#asking.has(value) || this.errors.has(value)) continue;
      const answer = this.#answers.get(value);
      if (answer && (!answer.truncated || (this.#limits.get(value) ?? 0) >= limit)) continue;
      untrack(() => void this.#askOne(value, limit));
    }
  }

  async #askOne(value: string, limit: number): Promise<void> {
    const aborting = new AbortController();
    this.#asking.set(value, aborting);
    const isReady = notReady();
    this.waiting += 1;
    try {
      const answer = await told(api.GET('/api/v1/pivot', { params: { query: { value, hops: 1, limit } }, signal: aborting.signal }));
      this.#limits.set(value, limit);
      this.#answers = new Map(this.#answers).set(value, answer);
    } catch (problem) {
      if (!aborting.signal.aborted) {
        const error = problem instanceof ApiError ? problem : new ApiError(0, 'broken', String(problem));
        this.errors = new Map(this.errors).set(value, error);
      }
    } finally {
      this.#asking.delete(value);
      this.waiting -= 1;
      isReady();
    }
  }

  /** Ask again for what could not be had. */
  retry = (): void => {
    this.errors = new Map();
  };

  end(): void {
    for (const one of this.#asking.values()) one.abort();
  }

  #change(some: Partial<Wanted>): void {
    this.#before = [...this.#before, this.wanted].slice(-100);
    setQuery(packed({ ...this.wanted, ...some }));
  }

  undo = (): void => {
    const before = this.#before.at(-1);
    if (!before) return;
    this.#before = this.#before.slice(0, -1);
    setQuery(packed(before));
  };

  begin(values: readonly string[]): void {
    const starts = [...new Set([...this.wanted.starts, ...values])];
    this.retry();
    if (starts.length > this.wanted.starts.length) this.#change({ starts });
  }

  select(i: number): void {
    setQuery({ sel: this.drawn.nodes[i]?.name ?? null });
  }

  /** Show what stands beside a node; of one that stands for many, draw more. */
  expand(i: number): void {
    const node = this.drawn.nodes[i];
    if (node?.count) this.more();
    else if (node && !node.isExpanded) this.#change({ expanded: [...this.wanted.expanded, node.name] });
  }

  get canDrawMore(): boolean {
    return this.drawn.total > this.drawn.drawn && LIMITS.some((one) => one > this.wanted.limit);
  }

  /** How many are drawn at most after the next step. */
  get nextLimit(): number {
    return LIMITS.find((one) => one > this.wanted.limit) ?? this.wanted.limit;
  }

  /** Draw more values. */
  more = (): void => {
    if (this.canDrawMore) this.#change({ limit: this.nextLimit });
  };

  hide(i: number): void {
    const node = this.drawn.nodes[i];
    if (!node || node.count) return;
    const { starts, expanded, hidden } = this.wanted;
    setQuery({ sel: null });
    this.#change({
      starts: starts.filter((one) => one !== node.value && !this.#isOf(one, node.name)),
      expanded: expanded.filter((one) => one !== node.name),
      hidden: [...hidden, node.name],
    });
  }

  /** Whether a start, as it was typed, is this node. */
  #isOf(start: string, name: string): boolean {
    const [first] = this.#answers.get(start)?.nodes ?? [];
    return first !== undefined && nameOf(first.topic, first.value) === name;
  }

  showHidden(): void {
    this.#change({ hidden: [] });
  }

  isPinned(i: number): boolean {
    return this.wanted.pins.some((pin) => pin.name === this.drawn.nodes[i]?.name);
  }

  /** Keep a node where it is; without a place, let it go. */
  pin(i: number, place: { x: number; y: number } | null): void {
    const name = this.drawn.nodes[i]?.name;
    if (!name) return;
    const others = this.wanted.pins.filter((pin: Pin) => pin.name !== name);
    this.#change({ pins: place ? [...others, { name, ...place }] : others });
  }

  /** Begin a path at a node, or end it. */
  pathFrom(i: number): void {
    setQuery({ from_node: this.from === i ? null : (this.drawn.nodes[i]?.name ?? null) });
  }

  /** Positions of what stands beside a node, with the edge between. */
  beside(i: number): { node: number; edge: number }[] {
    return (this.edges[i] ?? []).map((edge) => {
      const { a, b } = this.drawn.edges[edge] as { a: number; b: number };
      return { node: a === i ? b : a, edge };
    });
  }
}
