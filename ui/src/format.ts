// Numbers and moments as people read them, in the language and zone that they chose.
import { preferences, type Zone } from './preferences.svelte';

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = preferences.language + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(preferences.language, options));
  return made.get(key) as Intl.NumberFormat;
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const whole = { hourCycle: 'h23', timeZone: preferences.zone, ...options } as const;
  const key = preferences.language + JSON.stringify(whole);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(preferences.language, whole));
  return made.get(key) as Intl.DateTimeFormat;
}

/** 2.7B, 27.1億: where there is little room. */
export function compact(n: number): string {
  return numberFormat({ notation: 'compact', maximumFractionDigits: 1 }).format(n);
}

/** 2,712,345: where it must be exact. */
export function exact(n: number): string {
  return numberFormat({}).format(n);
}

/** 42 %: of a share between 0 and 1. */
export function percent(share: number): string {
  return numberFormat({ style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** 0.83: a score. */
export function score(n: number): string {
  return numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(n);
}

export type Moment = string | number | Date;

const MOMENT = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;

/** The name of the zone that moments are shown in: it always stands beside them. */
export function zoneName(zone: Zone = preferences.zone): string {
  return zone === 'UTC' ? 'UTC' : 'JST';
}

/** 2026-11-22 08:59 JST. */
export function moment(at: Moment): string {
  return `${bareMoment(at)} ${zoneName()}`;
}

/** The same without the zone: in columns whose head names it. */
export function bareMoment(at: Moment): string {
  const parts = Object.fromEntries(dateFormat(MOMENT).formatToParts(new Date(at)).map((one) => [one.type, one.value]));
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}`;
}

/** 08:59:31, of today's things; the zone stands beside the list. */
export function clockTime(at: Moment): string {
  return dateFormat({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));
}

/** 11/22: a tick of an axis that is days long. */
export function day(at: Moment): string {
  return dateFormat({ month: 'numeric', day: 'numeric' }).format(new Date(at));
}

/** 08:59: a tick of an axis that is hours long. */
export function hour(at: Moment): string {
  return dateFormat({ hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}
