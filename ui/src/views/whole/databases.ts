// The server's sources as the databases that the picture shows: those of one publisher are one.
import type { Schemas } from '../../api/client';
import type { Kind, Link, Orb } from '../../scene/world';
import { TOPICS, isTopic, type Topic } from '../../topics';

export type Source = Schemas['SourceShown'];
export type PublisherLink = Schemas['PublisherLink'];

/** A publisher with all its sources. */
export interface Database {
  /** The publisher's name. */
  id: string;
  kind: Exclude<Kind, 'wat'>;
  /** What it is, short: up to the colon of its title. */
  title: { en: string; ja: string };
  sources: Source[];
  records: number;
  topics: Partial<Record<Topic, number>>;
  lastSeen: string;
}

/** Enrichers say what they find as `enricher@similar` and the like. */
const ENRICHER = 'enricher';
const LAYER_KINDS = { artifact: 'obs', semantics: 'ana' } as const;

/** The publisher of a source: `cowrie` of `cowrie@tokyo-1`. */
export function publisherOf(source: string): string {
  return source.split('@', 1)[0] ?? source;
}

/** Put the sources of each publisher together, the observation layer first. */
export function databases(sources: readonly Source[]): Database[] {
  const found = new Map<string, Source[]>();
  for (const one of sources) {
    const id = publisherOf(one.name);
    found.set(id, [...(found.get(id) ?? []), one]);
  }
  const all = [...found].map(([id, own]): Database => {
    const first = own[0] as Source;
    return {
      id,
      kind: id === ENRICHER ? 'enr' : LAYER_KINDS[first.layer ?? 'artifact'],
      title: id === ENRICHER ? { en: 'Enricher', ja: 'Enricher' } : { en: short(first.title || id), ja: short(first.title_ja || first.title || id) },
      sources: own,
      records: own.reduce((sum, one) => sum + one.records, 0),
      topics: topicsOf(own),
      lastSeen: own.reduce((last, one) => (one.last_seen > last ? one.last_seen : last), ''),
    };
  });
  const order = { obs: 0, ana: 1, enr: 2 };
  return all.sort((a, b) => order[a.kind] - order[b.kind] || a.id.localeCompare(b.id));
}

function short(title: string): string {
  return title.split(/[:：]/, 1)[0]?.trim() ?? title;
}

function topicsOf(sources: readonly Source[]): Database['topics'] {
  const topics: Database['topics'] = {};
  for (const one of sources) {
    for (const [topic, count] of Object.entries(one.topics)) {
      if (isTopic(topic)) topics[topic] = Math.max(topics[topic] ?? 0, count);
    }
  }
  return topics;
}

/** The paper's five; watches of addresses, too, are watched by their host. */
export const WATCHED: readonly Topic[] = ['ip', 'domain', 'hash', 'email', 'tag'];

/** What the picture holds: the largest databases, and a watch for each topic. */
export const MOST_ORBS = 40;
export const MOST_LINKS = 60;

export function orbs(drawn: readonly Database[], rates: ReadonlyMap<string, number>, watches: Partial<Record<Topic, number>>): Orb[] {
  return [
    ...drawn.map(({ id, kind, topics, records }) => ({ id, kind, topics, volume: records, rate: rates.get(id) ?? 0 })),
    ...WATCHED.map((topic): Orb => ({ id: `watch:${topic}`, kind: 'wat', topics: { [topic]: 1 }, volume: watches[topic] ?? 0, rate: 0 })),
  ];
}

/** The links between what is drawn, so that the first ones tell most; `places`: where each database is in the picture. */
export function drawnLinks(links: readonly PublisherLink[], places: ReadonlyMap<string, number>): Link[] {
  const drawn: Link[] = [];
  for (const { a, b, topic, count } of links) {
    const [from, to] = [places.get(a), places.get(b)];
    if (from === undefined || to === undefined) continue;
    drawn.push({ a: from, b: to, topic, shared: count });
  }
  return inTurn(drawn.sort((x, y) => y.shared - x.shared));
}

/** The strongest of each topic first, then the second of each: no topic crowds the others out. */
function inTurn(links: readonly Link[]): Link[] {
  const byTopic = TOPICS.map((topic) => links.filter((one) => one.topic === topic));
  const longest = Math.max(0, ...byTopic.map((own) => own.length));
  return Array.from({ length: longest }, (_, i) => byTopic.flatMap((own) => own.slice(i, i + 1))).flat();
}

/** With which others a database shares values, the most first. */
export function linkedWith(links: readonly PublisherLink[], id: string, topics: ReadonlySet<Topic>): { id: string; count: number; topics: Topic[] }[] {
  const found = new Map<string, { id: string; count: number; topics: Topic[] }>();
  for (const one of links) {
    if ((one.a !== id && one.b !== id) || !topics.has(one.topic)) continue;
    const other = one.a === id ? one.b : one.a;
    const entry = found.get(other) ?? { id: other, count: 0, topics: [] };
    entry.count += one.count;
    entry.topics.push(one.topic);
    found.set(other, entry);
  }
  for (const entry of found.values()) entry.topics.sort((x, y) => TOPICS.indexOf(x) - TOPICS.indexOf(y));
  return [...found.values()].sort((x, y) => y.count - x.count);
}
