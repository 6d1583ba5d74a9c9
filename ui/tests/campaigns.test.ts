import { describe, expect, it } from 'vitest';
import type { Schemas } from '../src/api/client';
import { csvOf } from '../src/views/campaigns/exports';
import { taggedOf, techniquesOf } from '../src/views/campaigns/tags';
import { keptAfter, sinceOf, visitOf, type Visit } from '../src/views/campaigns/visit';

const seen = (count: number, first: string, last: string): Schemas['Seen'] => ({ count, first_seen: first, last_seen: last });
const campaign = (values: string[], sources: string[]): Schemas['Campaign'] => ({
  about: ['malware:tide'],
  shared: 0,
  total: 1,
  truncated: false,
  sources: Object.fromEntries(sources.map((one) => [one, 1])),
  members: values.map((value) => ({ topic: 'ip', value, hop: 1, sources: { cowrie: seen(2, '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z') } })),
});

describe('names that are known', () => {
  it('come in the order of how many databases speak of them', () => {
    const rows = taggedOf([
      { topic: 'tag', value: 'actor:reed', sources: { reports: seen(9, '2026-11-10', '2026-11-12') } },
      { topic: 'tag', value: 'malware:tide', sources: { 'exist@a': seen(1, '2026-11-11', '2026-11-12'), 'exist@b': seen(1, '2026-11-10', '2026-11-11'), reports: seen(1, '2026-11-12', '2026-11-13') } },
    ]);
    expect(rows.map((row) => [row.value, row.kind, row.databases.size, row.count, row.first, row.last])).toEqual([
      ['malware:tide', 'malware', 2, 3, '2026-11-10', '2026-11-13'],
      ['actor:reed', 'actor', 1, 9, '2026-11-10', '2026-11-12'],
    ]);
  });

  it('have techniques beside them, which are told from groups and software', () => {
    expect(techniquesOf({ 'attack:T1566.002': 2, 'attack:G9001': 1, 'attack:T1105': 5, 'malware:tide': 1 }).map((one) => [one.id, one.count])).toEqual([
      ['T1105', 5],
      ['T1566.002', 2],
    ]);
  });
});

describe('a visit', () => {
  const before = visitOf(campaign(['192.0.2.1'], ['cowrie@tokyo-1']), 0);

  it('keeps no value that could be read', () => {
    expect(JSON.stringify(before)).not.toContain('192.0.2.1');
  });

  it('shows at the next what is new', () => {
    const since = sinceOf(campaign(['192.0.2.1', '192.0.2.2'], ['cowrie@osaka-1', 'reports']), before);
    expect([[...since.members], [...since.databases]]).toEqual([['ip 192.0.2.2'], ['reports']]);
  });

  it('is the same if one comes back within the hour', () => {
    const at = (hours: number): Visit => ({ at: hours * 3_600_000, members: [], databases: [] });
    const first = keptAfter(null, at(0));
    const second = keptAfter(first, at(24));
    const again = keptAfter(second, at(24.5));
    expect([first.before, second.before?.at, again.before?.at, again.latest.at]).toEqual([null, 0, 0, 24.5 * 3_600_000]);
  });
});

it('a campaign as a table has a line for each source of each value', () => {
  expect(csvOf(campaign(['192.0.2.1'], []).members ?? []).split('\r\n')[1]).toBe('ip,192.0.2.1,1,cowrie,2,2026-11-10T00:00:00Z,2026-11-11T00:00:00Z');
});
