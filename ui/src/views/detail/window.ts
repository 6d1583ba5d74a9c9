// The window of time of an address: from and to, or how long before the newest record.
import type { Range } from '../whole/timeline';

const LAST = /^(\d{1,5})([mhdw])$/;
const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const SHORTEST = 60_000;

/** Null: the address names none, or none that can be read. */
export function windowOf(from: string | null, to: string | null, last: string | null, whole: Range): Range | null {
  const [begin, end] = [Date.parse(from ?? ''), Date.parse(to ?? '')];
  if (begin < end) return { from: begin, to: end };
  const [, n, unit] = LAST.exec(last ?? '') ?? [];
  return n && unit && Number(n) > 0 ? { from: whole.to - Number(n) * (UNITS[unit] ?? 0), to: whole.to } : null;
}

/** The window moved by its own length, within the whole; where there is none, the last tenth. */
export function shifted(window: Range | null, whole: Range, steps: number): Range {
  const long = window ? window.to - window.from : (whole.to - whole.from) / 10;
  const to = window ? Math.min(whole.to, Math.max(whole.from + long, window.to + steps * long)) : whole.to;
  return { from: to - long, to };
}

/** Whole seconds, a minute long at least. */
export function rounded({ from, to }: Range): Range {
  const begin = Math.floor(from / 1000) * 1000;
  return { from: begin, to: Math.max(Math.ceil(to / 1000) * 1000, begin + SHORTEST) };
}
