// What time it is. `?now=2026-11-22T00:00:00Z` stops the clock: pages that are compared say the same
// of the same data on any day.

/** Milliseconds since 1970. */
export function now(): number {
  const stopped = Date.parse(new URLSearchParams(location.search).get('now') ?? '');
  return Number.isNaN(stopped) ? Date.now() : stopped;
}
