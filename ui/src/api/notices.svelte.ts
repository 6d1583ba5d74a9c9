// Hits and own alerts as they come: one connection for all views that show them, while any does.
import { apparent } from './apparent';
import type { Schemas } from './client';

type Hit = Schemas['HitShown'];
type Alert = Schemas['AlertShown'];
interface Listener {
  hit?: (hit: Hit) => void;
  alert?: (alert: Alert) => void;
}

const RETRY_MS = 5000;
const listeners = new Set<Listener>();
let events: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Be told of what comes from now on; returns what ends it. */
export function notices(listener: Listener): () => void {
  listeners.add(listener);
  connect();
  return () => {
    listeners.delete(listener);
    if (!listeners.size) disconnect();
  };
}

function connect(): void {
  if (events) return;
  events = new EventSource('/api/v1/hits/stream');
  events.onerror = () => {
    disconnect();
    if (listeners.size) retry = setTimeout(connect, RETRY_MS);
  };
  events.addEventListener('hit', (event) => {
    const hit = JSON.parse(apparent(event.data)) as Hit;
    for (const one of listeners) one.hit?.(hit);
  });
  events.addEventListener('alert', (event) => {
    const alert = JSON.parse(apparent(event.data)) as Alert;
    for (const one of listeners) one.alert?.(alert);
  });
}

function disconnect(): void {
  clearTimeout(retry);
  events?.close();
  events = undefined;
}
