// Something asked of the server: asked again when what it depends on changes, with the old answer
// kept meanwhile; a question that nobody waits for is aborted.
import { notReady } from '../ready.svelte';
import { ApiError } from './client';

const SLOW_MS = 150;
const RETRY_MS = [1000, 3000, 10_000];

export class Resource<T> {
  /** The answer; undefined: there is none yet. */
  data = $state.raw<T>();
  error = $state.raw<ApiError>();
  isLoading = $state(false);
  /** Whether it has taken so long that a skeleton should show. */
  isSlow = $state(false);
  #again = $state(0);
  #tries = 0;

  constructor(ask: (signal: AbortSignal) => Promise<T> | undefined) {
    $effect(() => {
      void this.#again;
      const aborting = new AbortController();
      const asking = ask(aborting.signal);
      if (!asking) return;
      let retry: ReturnType<typeof setTimeout> | undefined;
      const slow = setTimeout(() => (this.isSlow = true), SLOW_MS);
      const isReady = notReady();
      this.isLoading = true;
      asking
        .then((answer) => {
          if (aborting.signal.aborted) return;
          this.data = answer;
          this.error = undefined;
          this.#tries = 0;
        })
        .catch((problem: unknown) => {
          if (aborting.signal.aborted) return;
          this.error = problem instanceof ApiError ? problem : new ApiError(0, 'broken', String(problem));
          const wait = RETRY_MS[this.#tries++];
          if (this.error.code === 'unreached' && wait) retry = setTimeout(() => this.#again++, wait);
        })
        .finally(() => {
          isReady();
          clearTimeout(slow);
          if (!aborting.signal.aborted) this.isLoading = this.isSlow = false;
        });
      return () => {
        aborting.abort();
        clearTimeout(slow);
        clearTimeout(retry);
      };
    });
  }

  /** Ask again now. */
  reload = (): void => {
    this.#tries = 0;
    this.#again++;
  };

  /** Change the answer by what the stream told. */
  patch(change: (now: T) => T): void {
    if (this.data !== undefined) this.data = change(this.data);
  }
}

/**
 * Ask for something while the component lives. What `ask` reads of state before it first waits is
 * what it depends on; undefined: there is nothing to ask now.
 *
 *     const sources = resource((signal) => told(api.GET('/api/v1/sources', { signal })));
 *     {#if sources.data} …
 */
export function resource<T>(ask: (signal: AbortSignal) => Promise<T> | undefined): Resource<T> {
  return new Resource(ask);
}
