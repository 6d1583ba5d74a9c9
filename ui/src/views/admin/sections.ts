// The pages of this view: their addresses, and what one needs to be shown them.
import type { Component } from 'svelte';
import { session } from '../../session.svelte';
import Audit from './Audit.svelte';
import Deliveries from './Deliveries.svelte';
import Grants from './Grants.svelte';
import Keys from './Keys.svelte';
import Organisations from './Organisations.svelte';
import Own from './Own.svelte';
import Ratings from './Ratings.svelte';
import Users from './Users.svelte';

export interface Section {
  id: 'organisations' | 'users' | 'keys' | 'grants' | 'ratings' | 'audit' | 'deliveries' | 'own';
  path: readonly string[];
  page: Component;
  mayBeSeen: () => boolean;
}

/** People and their keys: there are none while the server is open. */
const administers = () => session.may('admin') && !session.isOpen;

export const SECTIONS: readonly Section[] = [
  { id: 'organisations', path: ['admin', 'organisations'], page: Organisations, mayBeSeen: administers },
  { id: 'users', path: ['admin', 'users'], page: Users, mayBeSeen: administers },
  { id: 'keys', path: ['admin', 'keys'], page: Keys, mayBeSeen: administers },
  { id: 'grants', path: ['admin', 'grants'], page: Grants, mayBeSeen: administers },
  { id: 'ratings', path: ['admin', 'ratings'], page: Ratings, mayBeSeen: () => session.may('rate') },
  { id: 'audit', path: ['admin', 'audit'], page: Audit, mayBeSeen: () => session.may('audit') },
  { id: 'deliveries', path: ['admin', 'deliveries'], page: Deliveries, mayBeSeen: () => session.may('read') },
  { id: 'own', path: ['me'], page: Own, mayBeSeen: () => !session.isOpen },
];
