// Lengths of time in words.
import { preferences } from '../preferences.svelte';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `4 days`, `31 hr`, `50 min`; ja: `4 日`: in the unit in which it is at least two. */
export function span(ms: number): string {
  const [unit, length] = ms >= 2 * DAY ? (['day', DAY] as const) : ms >= 2 * HOUR ? (['hour', HOUR] as const) : (['minute', MINUTE] as const);
  return new Intl.NumberFormat(preferences.language, { style: 'unit', unit, unitDisplay: 'short' }).format(Math.round(ms / length));
}
