// What is asked of the server for the table of sources, and what comes of it for each.
import { api, ApiError, type Schemas, told } from '../../api/client';
import { resource } from '../../api/resource.svelte';
import { now } from '../../clock';
import { lastHeard, silence, type Silence } from './health';

const HOUR_S = 3600;

/** As the client types it, which knows no pairs. */
export type Reliability = Omit<Schemas['SourceReliability'], 'interval'> & { interval: number[] };

export interface Row {
  source: Schemas['SourceShown'];
  silence: Silence;
  /** How many records began in each bucket of the timeline. */
  counts: readonly number[];
  reliability: Reliability | undefined;
  origin: Schemas['SourceHealth'] | undefined;
  quarantined: number;
}

/** Ask; null: the server tells such things to others only. */
async function allowed<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (problem) {
    if (problem instanceof ApiError && (problem.status === 403 || problem.status === 404)) return null;
    throw problem;
  }
}

export class All {
  readonly sources = resource((signal) => told(api.GET('/api/v1/sources', { signal })));
  readonly timeline = resource((signal) => told(api.GET('/api/v1/timeline', { params: { query: { bucket: HOUR_S } }, signal })));
  readonly reliability = resource((signal) => allowed(told(api.GET('/api/v1/reliability', { signal }))));
  readonly origins = resource((signal) => allowed(told(api.GET('/api/v1/origins', { signal }))));
  readonly quarantine = resource((signal) => allowed(told(api.GET('/api/v1/quarantine', { signal }))));

  /** For how long nothing has come from any source, in seconds. */
  readonly stoppedS = $derived((now() - lastHeard(this.sources.data ?? [], now())) / 1000);

  readonly rows = $derived.by((): Row[] => {
    const at = now();
    const heardUntil = lastHeard(this.sources.data ?? [], at);
    const reliability = new Map(this.reliability.data?.map((one) => [one.source, one]));
    const origins = new Map(this.origins.data?.map((one) => [one.source, one]));
    const held = new Map(this.quarantine.data?.map((one) => [one.source, one.lines]));
    return (this.sources.data ?? []).map((source) => {
      const counts = this.timeline.data?.sources[source.name] ?? [];
      return {
        source,
        counts,
        silence: silence(source.last_seen, counts, this.timeline.data?.bucket_s ?? HOUR_S, at, heardUntil),
        reliability: reliability.get(source.name),
        origin: origins.get(source.name),
        quarantined: held.get(source.name) ?? 0,
      };
    });
  });
}

/** Whether somebody should look at a source. */
export function isTroubled(row: Row): boolean {
  return row.silence.state === 'quiet' || row.quarantined > 0 || Boolean(row.origin?.error);
}
