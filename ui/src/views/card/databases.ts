// What a card needs to know of the databases that it names: what each is called, and of which kind.
import type { Schemas } from '../../api/client';
import { preferences } from '../../preferences.svelte';

export type Kind = 'obs' | 'ana' | 'enr';

/** The publisher of a source: `cowrie` of `cowrie@tokyo-1`. */
export function publisherOf(source: string): string {
  return source.split('@', 1)[0] ?? source;
}

/** Names and kinds of databases, by what the server says of its publishers. */
export class Databases {
  #known: ReadonlyMap<string, Schemas['PublisherShown']>;

  constructor(publishers: readonly Schemas['PublisherShown'][] = []) {
    this.#known = new Map(publishers.map((one) => [one.name, one]));
  }

  kind(publisher: string): Kind {
    if (publisher === 'enricher') return 'enr';
    return this.#known.get(publisher)?.layer === 'semantics' || publisher === 'analysts' ? 'ana' : 'obs';
  }

  /** Its name, short: up to the colon of its title, in the chosen language. */
  name(publisher: string): string {
    const known = this.#known.get(publisher);
    const title = preferences.language === 'ja' ? known?.title_ja || known?.title : known?.title;
    return (title ?? publisher).split(/[:：]/, 1)[0]?.trim() ?? publisher;
  }
}
