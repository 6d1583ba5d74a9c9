// A form on its way to the server: whether it waits, and what is wrong with it, field by field.
import { ApiError } from '../api/client';
import { say } from '../toasts.svelte';

/** Under which field the server's word for a thing shows, and how it is said to people. */
type Said = Record<string, { field: string; text?: () => string }>;
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export class Sending {
  isBusy = $state(false);
  /** What is wrong, by the name of the field; under '': with the whole. */
  wrong = $state<Record<string, string>>({});
  #said: Said;

  constructor(said: Said = {}) {
    this.#said = said;
  }

  /** Send what a form holds, once the browser finds nothing wrong with it; undefined: it was not taken. */
  async send<T>(event: SubmitEvent, work: () => Promise<T>): Promise<T | undefined> {
    event.preventDefault();
    this.wrong = {};
    const bad = [...(event.currentTarget as HTMLFormElement).elements].filter((one) => 'validity' in one && !(one as Control).validity.valid) as Control[];
    for (const one of bad) this.wrong[one.name] = one.title || one.validationMessage;
    if (bad[0]) {
      bad[0].focus();
      return undefined;
    }
    this.isBusy = true;
    try {
      return await work();
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      this.wrong = this.#told(problem);
      return undefined;
    } finally {
      this.isBusy = false;
    }
  }

  #told(problem: ApiError): Record<string, string> {
    if (Array.isArray(problem.detail)) {
      return Object.fromEntries((problem.detail as { key?: string; message: string }[]).map((one) => [one.key ?? '', one.message]));
    }
    const detail = problem.detail as { what?: string; why?: string } | null;
    const known = this.#said[detail?.what ?? problem.code];
    return known ? { [known.field]: known.text?.() ?? detail?.why ?? problem.message } : { '': problem.message };
  }
}

/** Do something that a button asks for; what goes wrong is said. Tells whether it was done. */
export async function done(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    say(problem.message, { isBad: true });
    return false;
  }
}
