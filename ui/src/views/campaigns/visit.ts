// What is new of a campaign since one last looked. Kept in this browser only, and as short hashes:
// whoever else uses it reads no value out of it.
import type { Schemas } from '../../api/client';
import { publisherOf } from '../whole/databases';

export interface Visit {
  /** When, in milliseconds since 1970. */
  at: number;
  members: number[];
  databases: number[];
}

export interface Since {
  at: number;
  members: Set<string>;
  databases: Set<string>;
}

const KEPT = 'cure.visit.';
const MOST = 5000;

/** FNV-1a: 32 bits. */
export function short(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export function memberName(one: { topic: string; value: string }): string {
  return `${one.topic} ${one.value}`;
}

export function visitOf(campaign: Schemas['Campaign'], at: number): Visit {
  const databases = new Set(Object.keys(campaign.sources ?? {}).map(publisherOf));
  return { at, members: (campaign.members ?? []).slice(0, MOST).map((one) => short(memberName(one))), databases: [...databases].map(short) };
}

/** What was not there at an earlier visit. */
export function sinceOf(campaign: Schemas['Campaign'], earlier: Visit): Since {
  const [members, databases] = [new Set(earlier.members), new Set(earlier.databases)];
  return {
    at: earlier.at,
    members: new Set((campaign.members ?? []).map(memberName).filter((name) => !members.has(short(name)))),
    databases: new Set(Object.keys(campaign.sources ?? {}).map(publisherOf).filter((id) => !databases.has(short(id)))),
  };
}

/** What a browser keeps of a campaign: to come back within the hour is the same visit. */
export interface Kept {
  before: Visit | null;
  latest: Visit;
}

const SAME_MS = 3_600_000;

export function keptAfter(kept: Kept | null, now: Visit): Kept {
  if (!kept) return { before: null, latest: now };
  return { before: now.at - kept.latest.at < SAME_MS ? kept.before : kept.latest, latest: now };
}

/** Keep this visit, and return the one before it; null: this is the first. */
export function visited(value: string, campaign: Schemas['Campaign'], at: number): Visit | null {
  const name = KEPT + short(value);
  try {
    const kept = keptAfter(JSON.parse(localStorage.getItem(name) ?? 'null') as Kept | null, visitOf(campaign, at));
    localStorage.setItem(name, JSON.stringify(kept));
    return kept.before;
  } catch {
    return null; // storage may be forbidden, or hold what another version wrote
  }
}
