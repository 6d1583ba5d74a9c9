// Shortcuts: each view registers its own, the sheet behind `?` shows those that work now. They do
// nothing while somebody types or composes Japanese, and can be switched off.
import { preferences } from './preferences.svelte';

export interface Shortcut {
  /** As `KeyboardEvent.key` says it: `j`, `Y`, `ArrowLeft`, `Escape`. */
  key: string;
  /** What it does, in the chosen language: read when the sheet is shown. */
  title: () => string;
  act: (event: KeyboardEvent) => void;
  /** Other keys that do the same, not told in the sheet. */
  also?: string[];
}

export interface KeyMap {
  title: () => string;
  keys: Shortcut[];
}

let maps = $state.raw<KeyMap[]>([]);

/**
 * Have shortcuts work from now on; those that came last are asked first.
 *
 *     $effect(() => shortcuts({ title: () => text.title, keys: [{ key: 'j', title: …, act: … }] }));
 *
 * @returns What ends it.
 */
export function shortcuts(map: KeyMap): () => void {
  queueMicrotask(() => (maps = [...maps, map])); // an effect may not depend on what it changes
  return () => queueMicrotask(() => (maps = maps.filter((one) => one !== map)));
}

/** The maps that hold now, the nearest first. */
export function keyMaps(): readonly KeyMap[] {
  return maps.toReversed();
}

const TYPED_INTO = 'input, textarea, select, [contenteditable=true]';
const WITHOUT_LETTERS = /^(Escape|Enter|Arrow\w+|Tab)$/;

/** Listen on the window. */
export function onKey(event: KeyboardEvent): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector('dialog[open]')) return; // Escape closes it, and nothing else is meant
  const target = event.target as HTMLElement;
  if (target.matches?.(TYPED_INTO)) {
    if (event.key === 'Escape') target.blur();
    return;
  }
  if (event.key === 'Enter' && target.closest?.('button, a, summary')) return; // it presses what has the focus
  if (!preferences.keys && !WITHOUT_LETTERS.test(event.key)) return;
  for (const map of keyMaps()) {
    const found = map.keys.find((one) => one.key === event.key || one.also?.includes(event.key));
    if (!found) continue;
    event.preventDefault();
    found.act(event);
    return;
  }
}
