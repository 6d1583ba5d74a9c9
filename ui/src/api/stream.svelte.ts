// The server's stream: a snapshot, then what changed, once a second at most. One connection for all
// views; it waits while the page is hidden, and comes back by itself with longer and longer pauses.
import { apparent } from './apparent';
import type { Schemas } from './client';

export type Snapshot = Schemas['Snapshot'];
export type Changes = Schemas['ChangesTold'];
type State = 'off' | 'live' | 'lost' | 'paused';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

class Live {
  state = $state<State>('off');
  /** When the server was last heard, in ms. */
  heardAt = $state(0);
  #listeners = new Set<(changes: Changes) => void>();
  #beginners = new Set<(snapshot: Snapshot) => void>();
  #events: EventSource | undefined;
  #pause = FIRST_PAUSE_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** Connect, until `stop`. */
  start(): void {
    if (this.#events) return;
    clearTimeout(this.#retry);
    const events = (this.#events = new EventSource('/api/v1/stream'));
    events.onerror = () => this.#lose();
    events.addEventListener('snapshot', (event) => {
      this.state = 'live';
      this.heardAt = Date.now();
      this.#pause = FIRST_PAUSE_MS;
      const snapshot = JSON.parse(apparent(event.data)) as Snapshot;
      for (const told of this.#beginners) told(snapshot);
    });
    events.addEventListener('changes', (event) => {
      this.heardAt = Date.now();
      const changes = JSON.parse(apparent(event.data)) as Changes;
      for (const told of this.#listeners) told(changes);
    });
  }

  /** Hold still: what is shown stays as it is. */
  pause(): void {
    this.#close();
    this.state = 'paused';
  }

  resume(): void {
    this.state = 'off';
    this.start();
  }

  stop(): void {
    this.#close();
    this.state = 'off';
  }

  /** Be told of changes, and of every new beginning; returns what ends it. */
  listen(changed: (changes: Changes) => void, began?: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(changed);
    if (began) this.#beginners.add(began);
    return () => {
      this.#listeners.delete(changed);
      if (began) this.#beginners.delete(began);
    };
  }

  #lose(): void {
    this.#close();
    this.state = 'lost';
    this.#retry = setTimeout(() => this.start(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#events?.close();
    this.#events = undefined;
  }
}

export const live = new Live();
