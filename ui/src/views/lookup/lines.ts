// What was pasted, as lines to be looked up, and what came back, as rows. Nothing is dropped: every
// line has its row, in order; values found within a line of text follow it.
import type { Schemas } from '../../api/client';

export const MOST_LINES = 10_000;

export type Status = 'known' | 'unknown' | 'invalid';
export interface Row {
  /** Number of the pasted line, from 1. */
  line: number;
  /** The line, or the part of it, as it was pasted. */
  input: string;
  /** Whether it was found within a line of text. */
  isWithin: boolean;
  /** Whether the same value stood in an earlier row. */
  isRepeated: boolean;
  match: Schemas['Match'];
}

/** The lines that have anything in them, with their numbers. */
export function linesOf(pasted: string): { line: number; input: string }[] {
  return pasted
    .split(/\r\n|\r|\n/)
    .map((input, at) => ({ line: at + 1, input: input.trim() }))
    .filter((one) => one.input !== '');
}

const EDGES = /^[\s"'`<>({,;|=]+|[\s"'`<>)},;|=.:!?]+$/g;
/** What may be a value: an address, something with dots (also defanged), a mailbox, digits of a hash. */
const LIKELY = /^(?:h\w\wps?:\/\/\S+|[^\s@]+(?:@|\[@\]|\[at\])\S+|[0-9a-f]{32,128}|[0-9a-f:]*:[0-9a-f:]+:[0-9a-f.]*|\S+(?:\.|\[\.\]|\(\.\)|\[dot\])[\w-]{1,63}(?:[/:]\S*)?)$/i;

/** The parts of a line of text that may be values, each once. `From: a@example.com (192.0.2.1)` has two. */
export function partsOf(input: string): string[] {
  const words = input.split(/[\s<>"'()|,;]+/).map((word) => word.replace(EDGES, ''));
  return [...new Set(words.filter((word) => word.length > 3 && LIKELY.test(word)))];
}

/** Put together what was asked and answered; `within`: answers for parts, by number of their line. */
export function rowsOf(
  asked: readonly { line: number; input: string }[],
  answers: readonly Schemas['Match'][],
  within: ReadonlyMap<number, readonly Schemas['Match'][]>,
): Row[] {
  const seen = new Set<string>();
  const rows: Row[] = [];
  const add = (line: number, input: string, isWithin: boolean, match: Schemas['Match']): void => {
    const name = match.value === null ? null : `${match.topic} ${match.value}`;
    rows.push({ line, input, isWithin, isRepeated: name !== null && seen.has(name), match });
    if (name !== null) seen.add(name);
  };
  asked.forEach(({ line, input }, at) => {
    const match = answers[at];
    if (!match) return;
    add(line, input, false, match);
    for (const part of within.get(line) ?? []) if (part.status !== 'invalid') add(line, part.input, true, part);
  });
  return rows;
}

export function statusOf(row: Row): Status {
  return row.match.status as Status;
}

/** When a value was seen last by any source; null: never. */
export function lastSeen(row: Row): string | null {
  const times = Object.values(row.match.sources ?? {}).map((one) => one.last_seen);
  return times.length ? times.reduce((a, b) => (a > b ? a : b)) : null;
}

/** How often, by all sources. */
export function sightings(row: Row): number {
  return Object.values(row.match.sources ?? {}).reduce((sum, one) => sum + one.count, 0);
}

/** Write rows as a table of which no spreadsheet takes a cell for a formula. */
export function csvOf(rows: readonly Row[]): string {
  const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const body = rows.map((row) =>
    [String(row.line), row.input, row.match.topic ?? '', row.match.value ?? '', row.match.status, Object.keys(row.match.sources ?? {}).join(' '), lastSeen(row) ?? '', row.match.why ?? ''].map(cell).join(','),
  );
  return ['line,input,topic,value,status,sources,last_seen,why', ...body].join('\r\n');
}
