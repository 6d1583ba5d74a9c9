// Where one is: the path names the thing, the query its state. `go` makes a step that the browser's
// Back undoes; `setQuery` changes the state in place.
const route = $state({ path: location.pathname, query: location.search });
/** These stay when one goes from view to view: the window of time, and what is asked for by tests. */
const KEPT = ['from', 'to', 'last', 'lang', 'theme', 'zone', 'now', 't', 'seed', 'dpr', 'aa', 'bf', 'motion'];

addEventListener('popstate', take);

function take(): void {
  route.path = location.pathname;
  route.query = location.search;
}

/** The segments of the path, decoded: `['ip', '192.0.2.7', 'similar']`. */
export function segments(): string[] {
  return route.path.split('/').filter(Boolean).map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone percent sign
  }
}

/** One of the query's values; null: it is not there. */
export function asked(name: string): string | null {
  return new URLSearchParams(route.query).get(name);
}

/** A moment that the query names; null: it names none. */
export function askedMoment(name: string): string | null {
  const text = asked(name);
  return text !== null && Number.isNaN(Date.parse(text)) ? null : text;
}

/** Return the address of a thing, with what stays of the query. Each part is one segment. */
export function address(parts: readonly string[], more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  const now = new URLSearchParams(route.query);
  for (const name of KEPT) if (now.has(name)) query.set(name, now.get(name) ?? '');
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  const text = query.toString();
  return `/${parts.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
}

/** Go to an address of ours. */
export function go(to: string): void {
  history.pushState(null, '', to);
  take();
}

/** Change the query; null takes a value away. `step`: the browser's Back undoes it. */
export function setQuery(some: Record<string, string | null>, { step = false } = {}): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(some)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  const to = location.pathname + (text && `?${text}`) + location.hash;
  if (to === location.pathname + location.search + location.hash) return;
  if (step) history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  take();
}

/** Let plain clicks on our own links change the page without loading it. */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element).closest?.('a');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute('download') || link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}
