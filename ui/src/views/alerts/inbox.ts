// The inbox of own alerts: what is open, how grave it is, and where news belongs.
import type { Schemas } from '../../api/client';

export type Alert = Schemas['AlertShown'];
type Alerts = Schemas['Alerts'];

export const STATES = ['new', 'reopened', 'acknowledged', 'false-positive'] as const;
export type State = (typeof STATES)[number];

const HIGH = 70;
const MEDIUM = 40;
const A_DATABASE = 20;

export function isOpen(alert: Alert): boolean {
  return alert.state === 'new' || alert.state === 'reopened';
}

/** In how many other databases an outside value is known; instances of one publisher count once. */
export function databasesOf(alert: Alert): number {
  return new Set(alert.outside.flatMap((one) => Object.keys(one.sources)).map((name) => name.split('@', 1)[0])).size;
}

/** By the highest score of its outside; without one, by how many others know it. */
export function gravity(alert: Alert): 'high' | 'medium' | 'low' | 'none' {
  const score = Math.max(0, ...alert.outside.map((one) => one.score ?? 0)) || databasesOf(alert) * A_DATABASE;
  return score >= HIGH ? 'high' : score >= MEDIUM ? 'medium' : score > 0 ? 'low' : 'none';
}

/** Put news where it belongs: an alert that is there is replaced, one that is new comes first. */
export function withNews(now: Alerts, news: readonly Alert[]): Alerts {
  const byId = new Map(news.map((one) => [one.id, one]));
  const kept = now.alerts.map((one) => byId.get(one.id) ?? one);
  const there = new Set(now.alerts.map((one) => one.id));
  const fresh = news.filter((one) => !there.has(one.id));
  return { total: now.total + fresh.length, alerts: [...fresh, ...kept] };
}
