// What a database saw a campaign do, in one verb: by the database where it is known, else by the role
// of the value and the layer. Databases of other publishers get a verb, too.
import type { Database } from '../views/whole/databases';

const BY_PUBLISHER = {
  nicter: 'scan',
  haguregumo: 'ports',
  cowrie: 'login',
  dionaea: 'services',
  glastopf: 'web',
  opencanary: 'decoy',
  amppot: 'reflection',
  stardust: 'inside',
  endpoint: 'runs',
  warpdrive: 'visit',
  chorus: 'spread',
  malmail: 'mail',
  spamdb: 'bounce',
  exist: 'listed',
  nirvana: 'alert',
  attack: 'described',
  reports: 'named',
  social: 'posted',
  tickets: 'ticket',
} as const;

/** Sensors that attackers bring files to: there a file tells more than the knock before it. */
const BROUGHT_TO = new Set(['cowrie', 'dionaea', 'glastopf', 'haguregumo', 'opencanary']);
const BROUGHT = new Set(['payload', 'sample', 'written']);
const BY_ROLE: [Set<string>, 'listed' | 'dropper' | 'c2' | 'bounce' | 'visit' | 'lookup' | 'attack' | 'hit'][] = [
  [new Set(['listed']), 'listed'],
  [BROUGHT, 'dropper'],
  [new Set(['c2']), 'c2'],
  [new Set(['sender', 'link']), 'bounce'],
  [new Set(['redirector', 'visitor']), 'visit'],
  [new Set(['queried', 'resolved']), 'lookup'],
  [new Set(['attacker']), 'attack'],
  [new Set(['victim', 'target', 'abused']), 'hit'],
];

export type Verb = (typeof BY_PUBLISHER)[keyof typeof BY_PUBLISHER] | (typeof BY_ROLE)[number][1] | 'seen';

export function verbOf(publisher: string, kind: Database['kind'], roles: readonly string[]): Verb {
  if (BROUGHT_TO.has(publisher) && roles.some((role) => BROUGHT.has(role))) return 'dropper';
  const own = (BY_PUBLISHER as Record<string, Verb>)[publisher];
  if (own) return own;
  if (kind === 'ana') return 'named';
  return BY_ROLE.find(([some]) => roles.some((role) => some.has(role)))?.[1] ?? 'seen';
}
