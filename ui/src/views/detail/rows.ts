// The picture as a table: a row for each value that is drawn.
import { csv } from '../../csv';
import { lanesWith, type Model } from '../../lanes/model';

export interface Row {
  place: number;
  value: string;
  /** The databases that speak of it, by name of the publisher. */
  databases: string[];
  /** By what was seen and said, not by what an enricher found out later; infinite where only that is. */
  first: number;
  last: number;
  /** How often it was spoken of. */
  mentions: number;
}

export function rowsOf(model: Model): Row[] {
  return model.values.map((value, place) => {
    let [first, last] = [Infinity, -Infinity];
    for (let dot = model.starts[place] ?? 0; dot < (model.starts[place + 1] ?? 0); dot++) {
      if (model.lanes[model.lane[dot] as number]?.kind === 'enr') continue;
      first = Math.min(first, model.at[dot] as number);
      last = Math.max(last, model.at[dot] as number);
    }
    const databases = [...lanesWith(model, place)].sort((a, b) => a - b).map((lane) => model.lanes[lane]?.id ?? '');
    return { place, value, databases, first, last, mentions: model.mentions[place] ?? 0 };
  });
}

export function csvOf(topic: string, rows: readonly Row[]): string {
  const moment = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString() : '');
  return csv([
    ['topic', 'value', 'databases', 'first_seen', 'last_seen', 'sightings'],
    ...rows.map((row) => [topic, row.value, row.databases.join(' '), moment(row.first), moment(row.last), row.mentions]),
  ]);
}
