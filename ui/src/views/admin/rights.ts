// What may be handed out: nobody gives more than he has, and only data rights beyond.
import type { Schemas } from '../../api/client';
import { session } from '../../session.svelte';
import { text } from './text';

export type Scope = Schemas['Scope'];
export type Tlp = Schemas['Organisation']['tlp'];

export const SCOPES = ['read', 'publish', 'rate', 'admin', 'audit', 'metrics'] as const satisfies readonly Scope[];
export const TLPS: readonly Tlp[] = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'];
export const LEVELS = [1, 2, 3] as const;
/** As the server wants names of organisations and groups. */
export const NAME = '[A-Za-z0-9][A-Za-z0-9._\\-]{0,63}';

/** The scopes that people and keys of an organisation may be given by whoever is here. */
export function offeredScopes(isOperator: boolean): Scope[] {
  const most: readonly Scope[] = isOperator ? SCOPES : ['read', 'publish', 'admin'];
  return most.filter((one) => one === 'read' || one === 'publish' || session.may(one));
}

/** What scopes are called, in one order. */
export function scopeNames(scopes: readonly Scope[]): string {
  return SCOPES.filter((one) => scopes.includes(one)).map((one) => text[`scope_${one}`]).join(', ') || '—';
}

/** The words of a list that was typed with blanks or commas between them. */
export function words(typed: string): string[] {
  return typed.split(/[\s,、]+/).filter(Boolean);
}
