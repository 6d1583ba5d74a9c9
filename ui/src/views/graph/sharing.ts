// The graph as an address: what somebody wants to see, packed into the query. Pure.
import { FEW, LIMITS, type Pin, type Wanted } from './model';

/** Beyond it mail programs and chats cut addresses. */
const LONGEST = 1800;

export type Query = Record<'value' | 'e' | 'x' | 'p' | 'n', string | null>;
export const EMPTY: Wanted = { starts: [], expanded: [], hidden: [], pins: [], limit: FEW };

/** Write it for the query; null: as usual. */
export function packed(wanted: Wanted): Query {
  return {
    value: wanted.starts.join('\n') || null,
    e: wanted.expanded.join('.') || null,
    x: wanted.hidden.join('.') || null,
    p: wanted.pins.map((one) => [one.name, ...[one.x, one.y].map((n) => Math.round(n).toString(36))].join('_')).join('.') || null,
    n: wanted.limit === FEW ? null : String(wanted.limit),
  };
}

/** Write it for others: where it would be too long, without pinned places; then `isCut`. */
export function shared(wanted: Wanted): { query: Record<string, string>; isCut: boolean } {
  const whole = packed(wanted);
  const isCut = wanted.pins.length > 0 && isTooLong(whole);
  const query = Object.entries(isCut ? { ...whole, p: null } : whole).filter((one): one is [string, string] => one[1] !== null);
  return { query: Object.fromEntries(query), isCut };
}

/** Read it back; what is nonsense is left out. */
export function unpacked(query: Query): Wanted {
  const names = (text: string | null): string[] => [...new Set((text ?? '').split('.').filter((one) => /^[0-9a-z]{1,12}$/.test(one)))];
  const pins = (query.p ?? '').split('.').map(pinOf).filter((one) => one !== null);
  return {
    starts: [...new Set((query.value ?? '').split('\n').map((one) => one.trim()).filter(Boolean))],
    expanded: names(query.e),
    hidden: names(query.x),
    pins,
    limit: LIMITS.find((one) => String(one) === query.n) ?? FEW,
  };
}

function pinOf(text: string): Pin | null {
  const [name = '', x = '', y = ''] = text.split('_');
  const [at, down] = [Number.parseInt(x, 36), Number.parseInt(y, 36)];
  return name && Number.isFinite(at) && Number.isFinite(down) ? { name, x: at, y: down } : null;
}

function isTooLong(query: Query): boolean {
  return Object.values(query).reduce((sum, one) => sum + encodeURIComponent(one ?? '').length, 0) > LONGEST;
}
