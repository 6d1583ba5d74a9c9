// All that the whole view knows: what was asked of the server, what the stream added to it, what is
// selected (which the address holds), and what follows from these.
import { api, told } from '../../api/client';
import { resource } from '../../api/resource.svelte';
import { live, type Changes } from '../../api/stream.svelte';
import { now } from '../../clock';
import { preferences } from '../../preferences.svelte';
import { asked, askedMoment, setQuery } from '../../router.svelte';
import type { Emphasis, Link } from '../../scene/world';
import { TOPICS, type Topic } from '../../topics';
import { databases, drawnLinks, linkedWith, MOST_LINKS, MOST_ORBS, orbs, publisherOf, type Database } from './databases';
import { bucketLength, buckets, rangeOf, within, type Range } from './timeline';
import { Watches } from './watched.svelte';

/** After news, links and times are asked for again at most so often. */
const REFRESH_MS = 10_000;
const CAMPAIGNS_SHOWN = 6;
const CAMPAIGN_DATABASES = 3;
const DAY_MS = 86_400_000;

export class Whole {
  sources = resource((signal) => told(api.GET('/api/v1/sources', { signal })));
  #tick = $state(0);
  #refreshing: ReturnType<typeof setTimeout> | undefined;

  /** The largest first fit; all others are in the table. */
  databases = $derived(databases(this.sources.data ?? []));
  range = $derived.by(() => rangeOf(this.databases, now()));
  // Texts, so that news which leave them as they are ask nothing again.
  #shownFrom = $derived(this.range ? new Date(this.range.from).toISOString() : '');
  #shownTo = $derived(this.range ? new Date(this.range.to).toISOString() : '');

  timeline = resource((signal) => {
    void this.#tick;
    if (!this.#shownFrom) return undefined;
    const [since, until] = [this.#shownFrom, this.#shownTo];
    const bucket = bucketLength({ from: Date.parse(since), to: Date.parse(until) });
    return told(api.GET('/api/v1/timeline', { params: { query: { bucket, since, until } }, signal }));
  });
  buckets = $derived(this.range && this.timeline.data ? buckets(this.timeline.data, this.range) : undefined);

  links = resource((signal) => {
    void this.#tick;
    const [since, until] = [askedMoment('from'), askedMoment('to')];
    return told(api.GET('/api/v1/publishers/links', { params: { query: { since, until } }, signal }));
  });

  campaigns = resource((signal) => told(api.GET('/api/v1/search', { params: { query: { pattern: 'malware:*', limit: 200 } }, signal })));
  story = resource((signal) => {
    const value = this.campaign;
    return value ? told(api.GET('/api/v1/campaign', { params: { query: { value, limit: 100 } }, signal })) : undefined;
  });
  watches = new Watches();

  // What is selected -------------------------------------------------------------------

  database = $derived(asked('db'));
  campaign = $derived(asked('campaign'));
  /** The two databases of the link that is selected. */
  link = $derived(asked('link')?.split('~') ?? null);
  isSpread = $derived(asked('watches') === '1');
  topics = $derived(topicsIn(asked('topic')));
  /** The window of time: what is brushed, else all that is shown. */
  window = $derived.by((): Range | undefined => {
    const [from, to] = [askedMoment('from'), askedMoment('to')];
    return from && to ? { from: Date.parse(from), to: Date.parse(to) } : this.range;
  });

  select(some: { db?: string; link?: [string, string]; campaign?: string; watches?: '1' }): void {
    const none = { db: null, link: null, campaign: null, watches: null };
    setQuery({ ...none, ...some, link: some.link?.join('~') ?? null }, { step: true });
  }

  toggleTopic(topic: Topic): void {
    const now = new Set(this.topics);
    if (!now.delete(topic)) now.add(topic);
    setQuery({ topic: now.size === TOPICS.length ? null : TOPICS.filter((one) => now.has(one)).join(',') || 'none' });
  }

  setWindow(window: Range | null): void {
    const text = (at: number): string => new Date(at).toISOString().replace('.000', '');
    setQuery(window ? { from: text(window.from), to: text(window.to) } : { from: null, to: null });
  }

  // What follows -----------------------------------------------------------------------

  drawn = $derived(
    this.databases.length <= MOST_ORBS
      ? this.databases
      : this.databases.filter((one) => this.databases.toSorted((a, b) => b.records - a.records).indexOf(one) < MOST_ORBS),
  );
  /** Changes only when other orbs are drawn: then the picture is made anew. */
  drawnIds = $derived(this.drawn.map((one) => one.id).join(' '));
  places = $derived(new Map(this.drawn.map((one, i) => [one.id, i])));
  /** Records of each database in the window. */
  recordsWithin = $derived(this.buckets && this.window ? within(this.buckets, this.window) : new Map<string, number>());
  /** A minute. */
  rates = $derived.by(() => {
    const minutes = this.window ? Math.max(1, (this.window.to - this.window.from) / 60_000) : 1;
    return new Map([...this.recordsWithin].map(([id, count]) => [id, count / minutes]));
  });
  orbs = $derived(orbs(this.drawn, this.rates, this.watches.counts));
  allLinks = $derived(drawnLinks(this.links.data ?? [], this.places));
  /** The strongest, and all of what is selected. */
  drawnLinks = $derived.by(() => {
    const selected = new Set([this.database, ...(this.link ?? [])].map((id) => this.places.get(id ?? '')));
    selected.delete(undefined);
    const isOwn = ({ a, b }: Link): boolean => (this.link ? selected.has(a) && selected.has(b) : selected.has(a) || selected.has(b));
    return this.allLinks.filter((one, i) => i < MOST_LINKS || isOwn(one));
  });
  records = $derived(this.databases.reduce((sum, one) => sum + one.records, 0));

  /** Names of malware of which several databases speak, those of the most first. */
  campaignList = $derived(
    (this.campaigns.data?.results ?? [])
      .map((one) => ({ value: one.value, databases: new Set(Object.keys(one.sources).map(publisherOf)) }))
      .filter((one) => one.databases.size >= CAMPAIGN_DATABASES)
      .sort((a, b) => b.databases.size - a.databases.size || a.value.localeCompare(b.value))
      .slice(0, CAMPAIGNS_SHOWN),
  );
  /** The databases of the selected campaign, in the order in which they first saw something of it. */
  campaignWay = $derived.by(() => {
    const story = this.story.data;
    if (!this.campaign || !story) return null;
    const inOrder = new Set(story.steps?.map((step) => publisherOf(step.source)));
    for (const source of Object.keys(story.sources ?? {})) inOrder.add(publisherOf(source));
    return [...inOrder];
  });

  emphasis = $derived.by((): Emphasis => {
    const way = this.campaign && !this.database && !this.link ? this.campaignWay : null;
    const places = this.places;
    const [a, b] = this.link ?? [];
    return {
      orb: this.database ? (places.get(this.database) ?? -1) : -1,
      link: a && b ? [places.get(a) ?? -1, places.get(b) ?? -1] : null,
      campaign: way ? new Set(way.map((id) => places.get(id) ?? -1)) : null,
      topics: this.topics,
    };
  });

  one(id: string | null): Database | undefined {
    return this.databases.find((each) => each.id === id);
  }

  /** What it is called, in the chosen language. */
  name(id: string): string {
    return this.one(id)?.title[preferences.language] ?? id;
  }

  linked(id: string): ReturnType<typeof linkedWith> {
    return linkedWith(this.links.data ?? [], id, this.topics);
  }

  perDay(id: string): number {
    return ((this.rates.get(id) ?? 0) * DAY_MS) / 60_000;
  }

  // News -------------------------------------------------------------------------------

  /** Follow the stream; `arrived` is told how many records of each database came. Returns what ends it. */
  follow(arrived: (records: Map<string, number>) => void): () => void {
    return live.listen(
      (changes) => {
        this.#take(changes);
        const records = new Map<string, number>();
        for (const [source, count] of Object.entries(changes.records)) {
          const id = publisherOf(source);
          records.set(id, (records.get(id) ?? 0) + count);
        }
        arrived(records);
      },
      (snapshot) => (this.sources.data = snapshot.sources),
    );
  }

  #take({ records }: Changes): void {
    const known = new Set(this.sources.data?.map((one) => one.name));
    if (Object.keys(records).some((name) => !known.has(name))) this.sources.reload();
    this.sources.patch((now) => now.map((one) => (records[one.name] ? { ...one, records: one.records + (records[one.name] ?? 0) } : one)));
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      this.#tick += 1;
    }, REFRESH_MS);
  }
}

function topicsIn(text: string | null): ReadonlySet<Topic> {
  return new Set(text === null ? TOPICS : TOPICS.filter((one) => text.split(',').includes(one)));
}
