import { describe, expect, it } from 'vitest';
import type { Schemas } from '../src/api/client';
import { csv } from '../src/csv';
import { EDGE, Hits, timeAt, x, y, yOf, type Box } from '../src/lanes/layout';
import { lanesWith, modelOf, modelOfCampaign, threadOf } from '../src/lanes/model';
import { span } from '../src/lanes/span';
import { leadsOf, storyOf } from '../src/lanes/story';
import { ticksOf } from '../src/lanes/ticks';
import { verbOf } from '../src/lanes/verbs';
import { preferences } from '../src/preferences.svelte';
import { csvOf, rowsOf } from '../src/views/detail/rows';
import { rounded, shifted, windowOf } from '../src/views/detail/window';
import { databases, type Database } from '../src/views/whole/databases';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-11-10T00:00:00Z');
const iso = (hours: number): string => new Date(T0 + hours * HOUR).toISOString();

const source = (name: string, layer: 'artifact' | 'semantics'): Schemas['SourceShown'] => ({ name, records: 1, sightings: 1, first_seen: iso(0), last_seen: iso(9), topics: { ip: 1 }, title: name, title_ja: name, layer });
const DATABASES: Database[] = databases([source('cowrie@tokyo-1', 'artifact'), source('nicter', 'artifact'), source('nirvana', 'artifact'), source('exist', 'artifact'), source('reports', 'semantics')]);

const LANES: Schemas['Lanes'] = {
  topic: 'ip',
  start: iso(0),
  lanes: [
    { publisher: 'cowrie', values: 1, dots: 2 },
    { publisher: 'nicter', values: 2, dots: 2 },
  ],
  sources: ['cowrie@osaka-1', 'cowrie@tokyo-1', 'nicter'],
  values: ['192.0.2.7', '192.0.2.9'],
  publishers: [2, 1],
  mentions: [7, 2],
  total: 5,
  by_publishers: [4, 1],
  dots: { value: [0, 0, 0, 1], source: [0, 1, 2, 2], at_ms: [2 * HOUR, HOUR, 0, 3 * HOUR] },
  dots_total: 9,
};
const step = (hours: number, from: string, roles: string[], value = '192.0.2.7', topic: Schemas['Topic'] = 'ip'): Schemas['Step'] => ({ at: iso(hours), until: iso(hours + 1), source: from, topic, value, roles, count: 2 });

describe('a picture of lanes', () => {
  const model = modelOf(LANES, DATABASES);

  it('has a lane for each database, whatever its sources are called', () => {
    expect(model.lanes.map((one) => one.id)).toEqual(['cowrie', 'nicter']);
    expect([...model.lane]).toEqual([0, 0, 1, 1]);
    expect([...lanesWith(model, 0)]).toEqual([0, 1]);
  });

  it('threads a value through the lanes in order of time', () => {
    expect(threadOf(model, 0)).toEqual([
      { lane: 1, at: T0 },
      { lane: 0, at: T0 + HOUR },
    ]);
  });

  it('puts the lanes of a story first, in its order, and adds those that have none of the topic', () => {
    const story = storyOf([step(0, 'nicter', ['attacker']), step(1, 'exist', ['listed']), step(2, 'reports', ['subject'])], DATABASES);
    expect(modelOf(LANES, DATABASES, story).lanes).toEqual([
      { id: 'nicter', kind: 'obs', values: 2 },
      { id: 'exist', kind: 'obs', values: 0 },
      { id: 'cowrie', kind: 'obs', values: 1 },
      { id: 'reports', kind: 'ana', values: 0 },
    ]);
  });

  it('is a table, too, of which no spreadsheet takes a cell for a formula', () => {
    expect(rowsOf(model)[0]).toEqual({ place: 0, value: '192.0.2.7', databases: ['cowrie', 'nicter'], first: T0, last: T0 + 2 * HOUR, mentions: 7 });
    expect(csvOf('ip', rowsOf(model)).split('\r\n')[1]).toBe('ip,192.0.2.7,cowrie nicter,2026-11-10T00:00:00.000Z,2026-11-10T02:00:00.000Z,7');
    expect(csv([['a,b', '=1+1', -1, null]])).toBe('"a,b",\'=1+1,-1,');
  });
});

describe('places', () => {
  const box: Box = { width: 820, height: 430, from: T0, to: T0 + 10 * HOUR, lanes: 4 };

  it('go from a moment to a place and back', () => {
    expect(x(box, T0)).toBe(EDGE.side);
    expect(timeAt(box, x(box, T0 + 3 * HOUR))).toBeCloseTo(T0 + 3 * HOUR, -1);
    expect(timeAt(box, -50)).toBe(T0);
    expect([y(box, 0), y(box, 3)]).toEqual([56, 356]);
  });

  it('are at one height for one value, within the lane', () => {
    for (const value of [0, 1, 99, 1999]) {
      expect(yOf(box, 2, value) - y(box, 2)).toBeCloseTo(yOf(box, 0, value) - y(box, 0), 9);
      expect(Math.abs(yOf(box, 2, value) - y(box, 2))).toBeLessThan(50);
    }
  });

  it('are found by the pointer, the nearest first, and nothing far away', () => {
    const model = modelOf(LANES, DATABASES);
    const two = { ...box, lanes: 2 };
    const hits = new Hits(model, two);
    expect(hits.nearest(x(two, T0 + HOUR) + 2, yOf(two, 0, 0) - 3)).toBe(1);
    expect(hits.nearest(x(two, T0 + 6 * HOUR), 20)).toBe(-1);
  });

  it('have round moments beneath them, of the zone that is shown', () => {
    preferences.language = 'en';
    preferences.zone = 'Asia/Tokyo';
    const labels = ticksOf({ from: T0, to: T0 + 48 * HOUR }, 800).map((tick) => tick.label);
    expect(labels.slice(0, 3)).toEqual(['12:00', '18:00', '11/11']);
    expect(labels.length).toBeLessThan(12);
  });
});

describe('a story', () => {
  const told = [step(0, 'nicter', ['attacker']), step(5, 'cowrie@tokyo-1', ['attacker']), step(3, 'cowrie@osaka-1', ['attacker'], '192.0.2.9'), step(6, 'cowrie@tokyo-1', ['payload'], 'http://192.0.2.7/a', 'url'), step(8, 'nirvana', ['attacker']), step(30, 'exist', ['listed']), step(31, 'reports', ['subject'])];
  const story = storyOf(told, DATABASES);

  it('has a step for each database in order of time, and one more where something new begins', () => {
    expect(story.map((one) => `${one.publisher} ${one.verb}`)).toEqual(['nicter scan', 'cowrie login', 'cowrie dropper', 'nirvana alert', 'exist listed', 'reports named']);
    expect(story[1]?.values.map((one) => one.value)).toEqual(['192.0.2.9', '192.0.2.7']);
    expect([story[1]?.at, story[1]?.until, story[1]?.count]).toEqual([T0 + 3 * HOUR, T0 + 6 * HOUR, 4]);
  });

  it('tells how early the first was', () => {
    const { named, own } = leadsOf(story);
    expect([named?.than.publisher, named?.ms]).toEqual(['exist', 30 * HOUR]);
    expect([own?.than.publisher, own?.ms]).toEqual(['nirvana', 8 * HOUR]);
    expect(leadsOf([])).toEqual({ named: null, own: null });
  });

  it('has a verb for whoever tells it, also for publishers of which nobody has heard', () => {
    expect([verbOf('cowrie', 'obs', ['attacker', 'payload']), verbOf('exist', 'obs', ['sample']), verbOf('ours', 'obs', ['c2']), verbOf('ours', 'obs', ['odd']), verbOf('theirs', 'ana', ['c2'])]).toEqual(['dropper', 'listed', 'c2', 'seen', 'named']);
  });

  it('is a picture of its own, with the values of all topics', () => {
    const campaign: Schemas['Campaign'] = {
      about: ['malware:tide'],
  shared: 0,
  total: 1,
  truncated: false,
      members: [{ topic: 'ip', value: '192.0.2.7', hop: 1, sources: { nicter: { count: 1, first_seen: iso(0), last_seen: iso(1) }, 'cowrie@tokyo-1': { count: 1, first_seen: iso(5), last_seen: iso(6) } } }],
      steps: [step(0, 'nicter', ['attacker']), step(5, 'cowrie@tokyo-1', ['attacker'])],
    };
    const model = modelOfCampaign(campaign, DATABASES, story);
    expect([model.values, model.spread, [...model.at]]).toEqual([['192.0.2.7'], [2], [0, 1, 5, 6].map((hours) => T0 + hours * HOUR)]);
    expect(model.lanes.map((one) => one.id)).toEqual(['nicter', 'cowrie', 'nirvana', 'exist', 'reports']);
  });
});

describe('the window of an address', () => {
  const whole = { from: T0, to: T0 + 100 * HOUR };

  it('is from and to, or how long ago, or none', () => {
    expect(windowOf(iso(1), iso(2), '24h', whole)).toEqual({ from: T0 + HOUR, to: T0 + 2 * HOUR });
    expect(windowOf(null, null, '24h', whole)).toEqual({ from: T0 + 76 * HOUR, to: T0 + 100 * HOUR });
    for (const bad of ['soon', '0h', '9']) expect(windowOf(iso(2), iso(1), bad, whole)).toBeNull();
  });

  it('moves by its own length, and stays within what there is', () => {
    expect(shifted(null, whole, -1)).toEqual({ from: T0 + 90 * HOUR, to: T0 + 100 * HOUR });
    expect(shifted({ from: T0 + 5 * HOUR, to: T0 + 15 * HOUR }, whole, -1)).toEqual({ from: T0, to: T0 + 10 * HOUR });
    expect(rounded({ from: T0 + 1, to: T0 + 2 })).toEqual({ from: T0, to: T0 + 60_000 });
  });

  it('is told in the unit that fits', () => {
    preferences.language = 'en';
    expect([span(50 * 60_000), span(31 * HOUR), span(100 * HOUR)]).toEqual(['50 min', '31 hr', '4 days']);
    preferences.language = 'ja';
    expect(span(100 * HOUR)).toBe('4 日');
    preferences.language = 'en';
  });
});
