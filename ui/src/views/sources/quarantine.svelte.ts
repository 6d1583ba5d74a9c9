// The quarantine of one's own sources: asked for page by page, and read again part by part.
import { api, ApiError, type Schemas, told } from '../../api/client';
import { say } from '../../toasts.svelte';

export type Line = Schemas['HeldLine'];
export type Done = Schemas['Replayed'];
const NOTHING: Done = { lines: 0, spoke: 0, silent: 0, quarantined: 0, records: 0, new_records: 0, reasons: {}, next: null };
const PAGE = 50;

/** The lines of one source with one reason, or with any. */
export class HeldLines {
  lines = $state.raw<readonly Line[]>([]);
  next = $state<string | null>(null);
  error = $state.raw<ApiError>();
  isLoading = $state(true);
  #asked = 0;

  /** Ask for the first lines, or for more. */
  async ask(source: string, reason: string | null, more = false): Promise<void> {
    const turn = ++this.#asked;
    this.isLoading = true;
    this.error = undefined;
    try {
      const query = { source, limit: PAGE, reason, ...(more && this.next ? { cursor: this.next } : {}) };
      const page = await told(api.GET('/api/v1/quarantine/lines', { params: { query } }));
      if (turn !== this.#asked) return;
      this.lines = more ? [...this.lines, ...page.lines] : page.lines;
      this.next = page.next;
    } catch (problem) {
      if (turn !== this.#asked) return;
      if (!(problem instanceof ApiError)) throw problem;
      [this.lines, this.next] = [[], null];
      if (problem.status !== 404) this.error = problem; // none is left
    } finally {
      if (turn === this.#asked) this.isLoading = false;
    }
  }
}

/** Reading lines again: by parts, each of which is durable when the next begins. */
export class Replaying {
  isBusy = $state(false);
  done = $state.raw<Done>();

  async run(form: Omit<Schemas['ReplayForm'], 'cursor'>): Promise<void> {
    this.isBusy = true;
    this.done = NOTHING;
    let cursor: string | null = null;
    try {
      do {
        const part: Done = await told(api.POST('/api/v1/quarantine/replay', { body: { ...form, cursor } }));
        this.done = added(this.done, part);
        cursor = part.next;
      } while (cursor);
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      if (!this.done?.lines) this.done = undefined;
      say(problem.message, { isBad: true });
    } finally {
      this.isBusy = false;
    }
  }
}

/** What became of lines, and of more lines. */
export function added(before: Done, more: Done): Done {
  const reasons = { ...before.reasons };
  for (const [why, lines] of Object.entries(more.reasons)) reasons[why] = (reasons[why] ?? 0) + lines;
  return {
    lines: before.lines + more.lines,
    spoke: before.spoke + more.spoke,
    silent: before.silent + more.silent,
    quarantined: before.quarantined + more.quarantined,
    records: before.records + more.records,
    new_records: before.new_records + more.new_records,
    reasons,
    next: more.next,
  };
}
