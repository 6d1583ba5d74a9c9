// The records of a value, page by page, the latest first; a new window of time begins anew.
import { ApiError, api, told, type Schemas } from '../../api/client';
import { notReady } from '../../ready.svelte';
import type { Topic } from '../../topics';

export type RecordShown = Schemas['RecordShown'];
const PAGE = 200;

export class Records {
  rows = $state.raw<RecordShown[]>([]);
  /** Whether there are more behind them. */
  hasMore = $state(false);
  isLoading = $state(false);
  /** Whether the first page is there. */
  isThere = $state(false);
  error = $state.raw<ApiError>();
  #next: string | null = null;
  #asked = 0;

  constructor(
    private readonly topic: Topic,
    private readonly value: string,
  ) {}

  /** Begin with the latest within a window; null: no bound. */
  async begin(after: string | null, before: string | null, source: string | null): Promise<void> {
    this.#next = null;
    await this.#page({ after, before, source }, []);
  }

  async more(after: string | null, before: string | null, source: string | null): Promise<void> {
    if (this.hasMore && !this.isLoading) await this.#page({ after, before, source }, this.rows);
  }

  async #page(query: { after: string | null; before: string | null; source: string | null }, rows: readonly RecordShown[]): Promise<void> {
    const turn = ++this.#asked;
    const isReady = notReady();
    this.isLoading = true;
    this.error = undefined;
    try {
      const page = await told(
        api.GET('/api/v1/observables/{topic}/{value}/records', { params: { path: { topic: this.topic, value: this.value }, query: { ...query, limit: PAGE, cursor: this.#next } } }),
      );
      if (turn !== this.#asked) return;
      this.rows = [...rows, ...page.records];
      this.#next = page.next;
      this.hasMore = page.next !== null;
      this.isThere = true;
    } catch (problem) {
      if (turn !== this.#asked) return;
      this.error = problem instanceof ApiError ? problem : new ApiError(0, 'broken', String(problem));
    } finally {
      if (turn === this.#asked) this.isLoading = false;
      isReady();
    }
  }
}
