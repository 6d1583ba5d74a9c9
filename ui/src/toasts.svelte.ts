// Short news at the lower edge, which screen readers read out: what was done, or could not be.
export interface Toast {
  id: number;
  text: string;
  isBad: boolean;
}

const SHOWN_MS = 6000;
let last = 0;
export const toasts = $state<Toast[]>([]);

/** Say something that goes away by itself. */
export function say(text: string, { isBad = false } = {}): void {
  const id = ++last;
  toasts.push({ id, text, isBad });
  setTimeout(() => unsay(id), SHOWN_MS);
}

export function unsay(id: number): void {
  const at = toasts.findIndex((one) => one.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** Put a text on the clipboard, and say so. */
export async function copy(text: string, done: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  say(done);
}
