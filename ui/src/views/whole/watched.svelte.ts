// What is watched, by topic: the five spheres, and the window beside them when they are spread.
import { resource } from '../../api/resource.svelte';
import { optional } from './optional';
import type { Topic } from '../../topics';

interface Watch {
  id: string;
  name: string;
  entries?: number;
  muted?: boolean;
}

interface WatchShown {
  watch: Watch;
  patterns: string[];
}

export interface Watched {
  watch: string;
  name: string;
  pattern: string;
  topic: Topic;
}

/** So many watches are looked into; the others are in the view of watches. */
const MOST = 20;

const HASH = /^[0-9a-f]{32}([0-9a-f]{8}([0-9a-f]{24})?)?$/i;
const ADDRESS = /^[0-9.]+(\/\d+)?$|^[0-9a-f:]*:[0-9a-f:]*(\/\d+)?$/i;

/** The topic of what an entry of a watch fits: as the server tells them apart. */
export function topicOf(pattern: string): Topic {
  if (HASH.test(pattern)) return 'hash';
  if (ADDRESS.test(pattern)) return 'ip';
  if (/^https?:\/\//i.test(pattern)) return 'url';
  if (pattern.includes('@')) return 'email';
  return /^[a-z0-9_-]+:/i.test(pattern) ? 'tag' : 'domain';
}

export class Watches {
  list = resource((signal) => optional<Watch[]>('/api/v1/watches', signal));
  #shown = resource((signal) => {
    const some = (this.list.data ?? []).slice(0, MOST);
    return Promise.all(some.map(({ id }) => optional<WatchShown>(`/api/v1/watches/${encodeURIComponent(id)}`, signal)));
  });
  /** What each of them names. */
  patterns = $derived(
    (this.#shown.data ?? []).flatMap((one): Watched[] =>
      one ? one.patterns.map((pattern) => ({ watch: one.watch.id, name: one.watch.name, pattern, topic: topicOf(pattern) })) : [],
    ),
  );
  counts = $derived.by(() => {
    const counts: Partial<Record<Topic, number>> = {};
    for (const { topic } of this.patterns) counts[topic] = (counts[topic] ?? 0) + 1;
    return counts;
  });
}
