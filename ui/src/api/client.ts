// Asks the server. Types come from its own description (`make ui-schema`); every answer that is no
// answer becomes an `ApiError`, so that a view writes `await told(api.GET('/api/v1/sources'))`.
import createClient, { type Middleware } from 'openapi-fetch';
import { apparent } from './apparent';
import { session } from '../session.svelte';
import type { components, paths } from './schema';

/** The types of the server's answers, by name: `Schemas['SourceShown']`. */
export type Schemas = components['schemas'];

/** What the server, or the way to it, said instead of an answer. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0: the server was not reached. */
    readonly status: number,
    /** As the server calls it: `not_known`, `malformed`, `forbidden` …; `unreached`. */
    readonly code: string,
    message: string,
    /** What came with it: of a value that is not known, an empty card. */
    readonly detail: unknown = null,
    /** By which the server's operator finds it. */
    readonly requestId: string | null = null,
  ) {
    super(message);
  }
}

const SAFE = new Set(['GET', 'HEAD']);

const withSession: Middleware = {
  onRequest({ request }) {
    if (session.csrf && !SAFE.has(request.method)) request.headers.set('X-CSRF-Token', session.csrf);
  },
};

const withoutDeceit: Middleware = {
  async onResponse({ response }) {
    if (!response.headers.get('content-type')?.startsWith('application/json')) return undefined;
    const told = await response.clone().text();
    const shown = apparent(told);
    return shown === told ? undefined : new Response(shown, response);
  },
};

export const api = createClient<paths>({ baseUrl: location.origin });
api.use(withSession, withoutDeceit);

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what was answered, or throw an `ApiError`; an abort stays an abort. */
export async function told<T>(asked: Promise<Answered<T>>): Promise<T> {
  let answer: Answered<T>;
  try {
    answer = await asked;
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === 'AbortError') throw problem;
    throw new ApiError(0, 'unreached', String(problem));
  }
  if (answer.response.ok) return answer.data as T;
  throw refused(answer.response, answer.error);
}

/** Ask what the description does not tell of, or what has a body that is no JSON. */
export async function fetched(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (session.csrf && !SAFE.has(init.method ?? 'GET')) headers.set('X-CSRF-Token', session.csrf);
  const asking = fetch(path, { ...init, headers }).then((response) => ({ response }));
  const response = await asking.catch((problem: unknown) => {
    if (problem instanceof DOMException && problem.name === 'AbortError') throw problem;
    throw new ApiError(0, 'unreached', String(problem));
  });
  if (!response.response.ok) throw refused(response.response, await response.response.json().catch(() => null));
  return response.response;
}

function refused(response: Response, body: unknown): ApiError {
  const said = (body as { error?: { code?: string; message?: string; detail?: unknown } } | null)?.error;
  if (response.status === 401) void session.ask(); // a wrong code of an app is one too, and ends nothing
  return new ApiError(
    response.status,
    said?.code ?? 'error',
    said?.message ?? response.statusText,
    said?.detail ?? null,
    response.headers.get('x-request-id'),
  );
}
