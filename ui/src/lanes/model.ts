// What a picture of lanes shows: databases one below the other, and when each of them spoke of which
// value. Plain columns, made from the server's answer; knows no page.
import type { Schemas } from '../api/client';
import { publisherOf, type Database } from '../views/whole/databases';
import type { Step } from './story';

/** A database, as a lane. */
export interface Lane {
  id: string;
  kind: Database['kind'];
  /** How many values of the topic it speaks of; 0: it is there for the campaign alone. */
  values: number;
}

export interface Model {
  lanes: Lane[];
  values: string[];
  /** In how many databases each value is; those in most come first. */
  spread: number[];
  /** How often each value was spoken of, drawn or not. */
  mentions: number[];
  sources: string[];
  /** Columns of the dots, in the order of their values. */
  value: Uint32Array;
  source: Uint16Array;
  lane: Uint16Array;
  at: Float64Array;
  /** Where the dots of each value begin; one more than there are values. */
  starts: Uint32Array;
}

/** The lanes in the order of the databases; where a story is lit, those of each layer in its order. */
export function lanesOf(found: readonly { publisher: string; values: number }[], databases: readonly Database[], story: readonly Step[] = []): Lane[] {
  const known = new Map(databases.map((one, i) => [one.id, { kind: one.kind, place: i }]));
  const values = new Map(found.map((one) => [one.publisher, one.values]));
  const turn = new Map<string, number>();
  for (const step of story) if (!turn.has(step.publisher)) turn.set(step.publisher, turn.size);
  const ids = new Set([...values.keys(), ...turn.keys()]);
  const layers = { obs: 0, ana: 1, enr: 2 };
  const order = (lane: Lane): number => turn.get(lane.id) ?? 1000 + (known.get(lane.id)?.place ?? 0);
  return [...ids]
    .map((id): Lane => ({ id, kind: known.get(id)?.kind ?? 'obs', values: values.get(id) ?? 0 }))
    .sort((a, b) => layers[a.kind] - layers[b.kind] || order(a) - order(b) || a.id.localeCompare(b.id));
}

export function modelOf(answer: Schemas['Lanes'], databases: readonly Database[], story: readonly Step[] = []): Model {
  const lanes = lanesOf(answer.lanes, databases, story);
  const laneOf = placesOf(lanes, answer.sources);
  const start = answer.start ? Date.parse(answer.start) : 0;
  const value = Uint32Array.from(answer.dots.value);
  const source = Uint16Array.from(answer.dots.source);
  return {
    lanes,
    values: answer.values,
    spread: answer.publishers,
    mentions: answer.mentions,
    sources: answer.sources,
    value,
    source,
    lane: source.map((one) => laneOf[one] ?? 0),
    at: Float64Array.from(answer.dots.at_ms, (ms) => start + ms),
    starts: startsOf(value, answer.values.length),
  };
}

/** The same of a campaign: a dot where a source first saw one of its values, and where it last did. */
export function modelOfCampaign(campaign: Schemas['Campaign'], databases: readonly Database[], story: readonly Step[]): Model {
  const members = campaign.members ?? [];
  const steps = campaign.steps ?? [];
  const sources = [...new Set(steps.map((step) => step.source))].sort();
  const values = members.map((one) => one.value);
  const place = new Map(members.map((one, i) => [`${one.topic} ${one.value}`, i]));
  const dots = steps
    .flatMap((step) => [Date.parse(step.at), Date.parse(step.until)].map((at) => ({ at, value: place.get(`${step.topic} ${step.value}`) ?? 0, source: sources.indexOf(step.source) })))
    .sort((a, b) => a.value - b.value || a.at - b.at);
  const spoken = new Map<string, Set<string>>();
  for (const step of steps) spoken.set(publisherOf(step.source), (spoken.get(publisherOf(step.source)) ?? new Set()).add(`${step.topic} ${step.value}`));
  const lanes = lanesOf([...spoken].map(([publisher, own]) => ({ publisher, values: own.size })), databases, story);
  const laneOf = placesOf(lanes, sources);
  const value = Uint32Array.from(dots, (dot) => dot.value);
  return {
    lanes,
    values,
    spread: members.map((one) => new Set(Object.keys(one.sources).map(publisherOf)).size),
    mentions: members.map((one) => Object.values(one.sources).reduce((sum, each) => sum + each.count, 0)),
    sources,
    value,
    source: Uint16Array.from(dots, (dot) => dot.source),
    lane: Uint16Array.from(dots, (dot) => laneOf[dot.source] ?? 0),
    at: Float64Array.from(dots, (dot) => dot.at),
    starts: startsOf(value, values.length),
  };
}

function placesOf(lanes: readonly Lane[], sources: readonly string[]): number[] {
  const places = new Map(lanes.map((one, i) => [one.id, i]));
  return sources.map((source) => places.get(publisherOf(source)) ?? 0);
}

function startsOf(value: Uint32Array, values: number): Uint32Array {
  const starts = new Uint32Array(values + 1);
  for (const one of value) starts[one + 1] = (starts[one + 1] ?? 0) + 1;
  for (let i = 0; i < values; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  return starts;
}

/** What each lane first said of a value, in order of time: where its thread goes. Enrichers speak when somebody computes. */
export function threadOf(model: Model, value: number): { lane: number; at: number }[] {
  const first = new Map<number, number>();
  for (let dot = model.starts[value] ?? 0; dot < (model.starts[value + 1] ?? 0); dot++) {
    const [lane, at] = [model.lane[dot] as number, model.at[dot] as number];
    if (at < (first.get(lane) ?? Infinity) && model.lanes[lane]?.kind !== 'enr') first.set(lane, at);
  }
  return [...first].map(([lane, at]) => ({ lane, at })).sort((a, b) => a.at - b.at);
}

/** The places of the lanes in which a value is. */
export function lanesWith(model: Model, value: number): Set<number> {
  return new Set(model.lane.subarray(model.starts[value], model.starts[value + 1]));
}
