// All that the detail view knows: the lanes of a topic in a window of time, what is selected, and the
// campaign that is lit across them. The address holds what is chosen.
import { api, ApiError, told, type Schemas } from '../../api/client';
import { resource } from '../../api/resource.svelte';
import { now } from '../../clock';
import { lanesWith, modelOf } from '../../lanes/model';
import { storyOf } from '../../lanes/story';
import { preferences } from '../../preferences.svelte';
import { asked, segments, setQuery } from '../../router.svelte';
import { isTopic, type Topic } from '../../topics';
import { databases } from '../whole/databases';
import { rangeOf, type Range } from '../whole/timeline';
import { rounded, shifted, windowOf } from './window';

const MEMBERS = 500;
/** From so many databases on a value is listed at the right. */
export const WIDELY = 3;

export class Detail {
  topic = $derived.by((): Topic => {
    const named = segments()[1];
    return isTopic(named) ? named : 'ip';
  });
  sources = resource((signal) => told(api.GET('/api/v1/sources', { signal })));
  databases = $derived(databases(this.sources.data ?? []));
  whole = $derived(rangeOf(this.databases, now()));
  /** What is brushed; null: all that there is, thirty days at most. */
  window = $derived(this.whole ? windowOf(asked('from'), asked('to'), asked('last'), this.whole) : null);
  range = $derived(this.window ?? this.whole);
  // Texts, so that news which leave them as they are ask nothing again.
  #since = $derived(this.range ? new Date(this.range.from).toISOString() : '');
  #until = $derived(this.range ? new Date(this.range.to).toISOString() : '');

  lanes = resource((signal) => {
    const [topic, since, until] = [this.topic, this.#since, this.#until];
    return since ? told(api.GET('/api/v1/lanes', { params: { query: { topic, since, until } }, signal })) : undefined;
  });

  campaign = $derived(asked('campaign'));
  /** Null: nothing is known of it. */
  told = resource((signal) => {
    const value = this.campaign;
    return value ? told(api.GET('/api/v1/campaign', { params: { query: { value, limit: MEMBERS } }, signal })).catch(unknown) : undefined;
  });
  story = $derived(this.campaign && this.told.data && this.databases.length ? storyOf(this.told.data.steps ?? [], this.databases) : []);

  /** At which of its steps the keys are; −1: none. */
  stepAt = $state(-1);

  model = $derived(this.lanes.data && this.lanes.data.topic === this.topic && this.databases.length ? modelOf(this.lanes.data, this.databases, this.story) : undefined);
  names = $derived((this.model?.lanes ?? []).map((lane) => this.name(lane.id)));
  /** How many of the values are in three databases or more: they come first. */
  widely = $derived(this.model ? countWhile(this.model.spread, (n) => n >= WIDELY) : 0);
  widelyAll = $derived((this.lanes.data?.by_publishers ?? []).slice(WIDELY - 1).reduce((a, b) => a + b, 0));

  selectedValue = $derived(asked('sel'));
  selected = $derived(this.selectedValue === null ? -1 : (this.model?.values.indexOf(this.selectedValue) ?? -1));
  lane = $derived(this.model?.lanes.findIndex((one) => one.id === asked('db')) ?? -1);

  select(value: number): void {
    setQuery({ sel: this.model?.values[value] ?? null });
  }

  /** Go on among the steps of the story that is lit, else among the values at the right. */
  step(by: number): void {
    if (this.story.length) {
      this.stepAt = this.stepAt < 0 ? (by > 0 ? 0 : this.story.length - 1) : (this.stepAt + by + this.story.length) % this.story.length;
      return;
    }
    if (!this.widely) return;
    const here = this.selected < this.widely ? this.selected : -1;
    this.select(here < 0 ? (by > 0 ? 0 : this.widely - 1) : (here + by + this.widely) % this.widely);
  }

  chooseLane(lane: number): void {
    setQuery({ db: this.model?.lanes[lane]?.id ?? null });
  }

  setWindow(window: Range | null): void {
    const text = (at: number): string => new Date(at).toISOString().replace('.000', '');
    const exact = window && rounded(window);
    setQuery(exact ? { from: text(exact.from), to: text(exact.to), last: null } : { from: null, to: null, last: null }, { step: true });
  }

  shift(steps: number): void {
    if (this.whole) this.setWindow(shifted(this.window, this.whole, steps));
  }

  /** What a database is called, in the chosen language. */
  name(id: string): string {
    return this.databases.find((one) => one.id === id)?.title[preferences.language] ?? id;
  }

  lanesWith(value: number): Set<number> {
    return this.model ? lanesWith(this.model, value) : new Set();
  }
}

function countWhile(some: readonly number[], is: (n: number) => boolean): number {
  const end = some.findIndex((n) => !is(n));
  return end < 0 ? some.length : end;
}

function unknown(problem: unknown): Schemas['Campaign'] | null {
  if (problem instanceof ApiError && problem.status === 404) return null;
  throw problem;
}
