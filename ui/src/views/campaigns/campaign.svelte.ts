// All that the page of one campaign knows: what is told of it, as a story and as a picture, and what
// is new since one last looked.
import { api, ApiError, told, type Schemas } from '../../api/client';
import { resource } from '../../api/resource.svelte';
import { now } from '../../clock';
import { modelOfCampaign } from '../../lanes/model';
import { leadsOf, storyOf } from '../../lanes/story';
import { preferences } from '../../preferences.svelte';
import { databases, publisherOf } from '../whole/databases';
import type { Range } from '../whole/timeline';
import { techniquesOf } from './tags';
import { sinceOf, visited, type Since } from './visit';

const MEMBERS = 2000;
const NAMED_TECHNIQUES = 16;
/** The picture begins and ends so much outside the story, as a share of its length. */
const MARGIN = 0.04;
const HOUR = 3_600_000;

export class OneCampaign {
  sources = resource((signal) => told(api.GET('/api/v1/sources', { signal })));
  databases = $derived(databases(this.sources.data ?? []));
  /** Null: nothing is known of it. */
  told;
  since = $state.raw<Since | null>(null);

  constructor(value: () => string) {
    this.told = resource((signal) => told(api.GET('/api/v1/campaign', { params: { query: { value: value(), limit: MEMBERS } }, signal })).catch(unknown));
    $effect(() => {
      const campaign = this.told.data;
      if (!campaign) return;
      const before = visited(value(), campaign, now());
      this.since = before && sinceOf(campaign, before);
    });
  }

  story = $derived.by(() => (this.told.data && this.databases.length ? storyOf(this.told.data.steps ?? [], this.databases) : []));
  leads = $derived.by(() => leadsOf(this.story));
  model = $derived.by(() => (this.told.data && this.databases.length ? modelOfCampaign(this.told.data, this.databases, this.story) : undefined));
  names = $derived.by(() => (this.model?.lanes ?? []).map((lane) => this.name(lane.id)));
  /** Databases that speak of its values. */
  spoken = $derived.by(() => new Set(Object.keys(this.told.data?.sources ?? {}).map(publisherOf)));
  range = $derived.by((): Range => {
    const at = this.story.flatMap((step) => [step.at, step.until]);
    const [from, to] = [Math.min(...at), Math.max(...at)];
    const margin = Math.max((to - from) * MARGIN, HOUR);
    return { from: from - margin, to: to + margin };
  });

  techniques = $derived.by(() => techniquesOf(this.told.data?.tags ?? {}));
  /** What techniques are called: by what ATT&CK says of them, if it is read in. */
  techniqueNames = resource((signal) => {
    const some = this.techniques.slice(0, NAMED_TECHNIQUES);
    return some.length ? Promise.all(some.map(({ value }) => nameOf(value, signal))).then((names) => new Map(some.map(({ value }, i) => [value, names[i] ?? '']))) : undefined;
  });
  /** Tags beside it that are no techniques. */
  beside = $derived.by(() => Object.keys(this.told.data?.tags ?? {}).filter((tag) => !tag.startsWith('attack:T')));

  /** What a database is called, in the chosen language. */
  name(id: string): string {
    return this.databases.find((one) => one.id === id)?.title[preferences.language] ?? id;
  }
}

function unknown(problem: unknown): Schemas['Campaign'] | null {
  if (problem instanceof ApiError && (problem.status === 404 || problem.status === 422)) return null;
  throw problem;
}

/** ATT&CK's own record of a technique has it alone, as its subject. */
async function nameOf(value: string, signal: AbortSignal): Promise<string> {
  const path = { topic: 'tag', value } as const;
  const found = await told(api.GET('/api/v1/observables/{topic}/{value}/records', { params: { path, query: { source: 'attack', limit: 50 } }, signal })).catch((problem: unknown) => {
    if (problem instanceof ApiError) return null; // its number tells enough
    throw problem;
  });
  const own = found?.records.find((one) => one.observables.some((each) => each.value === value && each.role === 'subject') && 'name' in one.attributes);
  return String((own?.attributes as { name?: unknown } | undefined)?.name ?? '');
}
