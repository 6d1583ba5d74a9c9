// What is typed into the one box, and where it leads: a value to its card, many to the lookup, a
// pattern there too, a name to its campaign.
import { ApiError, api, told } from './api/client';
import { address, go } from './router.svelte';

/** Lines that were pasted into the box, for the lookup to take. */
export const handedOver = $state({ text: '' });

const PATTERN = /[*?]|\/\d{1,3}$/;

/** Find out what was meant, and go there. */
export async function lookUp(typed: string): Promise<void> {
  const text = typed.trim();
  if (!text) return;
  if (/[\n,\t]/.test(text)) {
    handedOver.text = text;
    go(address(['lookup']));
    return;
  }
  if (PATTERN.test(text) && !/^h\w\wps?:/i.test(text)) {
    go(address(['lookup'], { pattern: text }));
    return;
  }
  go(await whereIs(text));
}

async function whereIs(value: string): Promise<string> {
  try {
    const card = await told(api.GET('/api/v1/observables', { params: { query: { value } } }));
    return address([card.topic, card.value]);
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    const card = problem.detail as { topic?: string; value?: string } | null;
    if (problem.status === 404 && card?.topic && card.value) return address([card.topic, card.value]);
    if (problem.status === 422) return address(['campaigns', value]); // a name, then
    throw problem;
  }
}
