// Questions that a server may have no answer to: the view is then without that part.
import { ApiError, fetched } from '../../api/client';

/** Ask; null: the server has no such thing, or not for us. */
export async function optional<T>(path: string, signal: AbortSignal): Promise<T | null> {
  try {
    return (await (await fetched(path, { signal })).json()) as T;
  } catch (problem) {
    if (problem instanceof ApiError && (problem.status === 404 || problem.status === 403)) return null;
    throw problem;
  }
}
