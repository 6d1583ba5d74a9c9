// The axis of time: round moments of the zone that is shown.
import { day, hour, zoneName } from '../format';

const HOUR = 3_600_000;
const STEPS_H = [1 / 60, 1 / 12, 1 / 4, 1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672];

export interface Tick {
  at: number;
  label: string;
}

/** So many as there is room for, `apart` pixels each. */
export function ticksOf({ from, to }: { from: number; to: number }, width: number, apart = 76): Tick[] {
  const step = (STEPS_H.find((hours) => ((to - from) / (hours * HOUR)) * apart < width) ?? 8760) * HOUR;
  const shift = zoneName() === 'JST' ? 9 * HOUR : 0;
  const first = Math.ceil((from + shift) / step) * step - shift;
  const ticks: Tick[] = [];
  for (let at = first; at <= to; at += step) {
    const isMidnight = (at + shift) % (24 * HOUR) === 0;
    ticks.push({ at, label: isMidnight ? day(at) : hour(at) });
  }
  return ticks;
}
