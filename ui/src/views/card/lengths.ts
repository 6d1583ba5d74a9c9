// How long something took or how long ago it was, in the largest unit that fits.
import { preferences } from '../../preferences.svelte';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** 4.1 days, 18 hr, 3 min: of a length in seconds. */
export function lengthOf(seconds: number): string {
  const [unit, size] = UNITS.find((one) => seconds >= one[1]) ?? ['second', 1];
  const digits = unit === 'day' && seconds < 10 * size ? 1 : 0;
  return new Intl.NumberFormat(preferences.language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(seconds / size);
}
