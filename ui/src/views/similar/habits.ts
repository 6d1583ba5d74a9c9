// How an address behaves, for pictures and words: its hours, what it asks for, what it shares.
const HOURS = 24;

/** The hours of a day as shares of the busiest, turned to a zone that is `ahead` hours of UTC. */
export function shares(hours: readonly number[], ahead: number): number[] {
  const most = Math.max(1, ...hours);
  return Array.from({ length: HOURS }, (_, i) => (hours[(i - ahead + HOURS) % HOURS] ?? 0) / most);
}

/** The ports of what was asked for, the most frequent first: `['23', '22/ssh']`; TCP goes without saying. */
export function ports(asked: readonly string[]): string[] {
  const named = asked.map((one) => one.split(':').at(-1) ?? '').filter((one) => /^\d+(\/\w+)?$/.test(one));
  return [...new Set(named.map((one) => one.replace(/\/tcp$/, '')))];
}

/** A token as people write it, with the database in front: `path:/x` becomes `path /x`. */
export function spoken(token: string): string {
  const [name, ...rest] = token.split(':');
  return rest.length ? `${name} ${rest.join(':')}` : token;
}

export interface Shared {
  text: string;
  /** How many times rarer it is among all addresses; null: it is no token. */
  lift: number | null;
}

const LIFT = /^(.*) \(lift ([\d.e+]+)\)$/;
const BINS = /^(\d+) common 10-minute bins?$/;

/** What two addresses share, taken apart: `7547/tcp (lift 41)`, `4 common 10-minute bins`. */
export function sharedOf(told: readonly string[]): { tokens: Shared[]; bins: number } {
  const bins = told.map((one) => BINS.exec(one)?.[1]).find((one) => one !== undefined);
  const tokens = told.filter((one) => !BINS.test(one)).map((one): Shared => {
    const found = LIFT.exec(one);
    return found ? { text: found[1] ?? one, lift: Number(found[2]) } : { text: one, lift: null };
  });
  return { tokens, bins: bins ? Number(bins) : 0 };
}

export interface Asked {
  least: number;
  k: number;
  window: string;
  noScanners: boolean;
  noSameNet: boolean;
}

export const WINDOWS = ['1d', '7d', '30d'] as const;
const LEAST = 0.7;
const K = 50;

/** What the address asks for; what it does not say is as the server has it. */
export function askedOf(asked: (name: string) => string | null): Asked {
  const least = Number(asked('min') ?? LEAST);
  const left = (asked('exclude') ?? '').split(',');
  return {
    least: Number.isFinite(least) ? Math.max(0, Math.min(1, least)) : LEAST,
    k: K,
    window: WINDOWS.find((one) => one === asked('window')) ?? '30d',
    noScanners: left.includes('known-scanner'),
    noSameNet: left.includes('same-net'),
  };
}

/** The same as the server reads it: names with commas between. */
export function excluded({ noSameNet, noScanners }: Pick<Asked, 'noSameNet' | 'noScanners'>): string {
  return [noSameNet && 'same-net', noScanners && 'known-scanner'].filter(Boolean).join(',');
}
