import { describe, expect, it } from 'vitest';
import { entriesOf, firstBreak, found, isHeadOf } from '../src/views/admin/audit';
import { fieldsOf } from '../src/views/admin/sheet';

const LINES = [
  { seq: 1, entry: { at: '2026-01-15T12:00:00Z', principal: 'rin@bank', credential: 'a', organisation: 'bank', action: 'card', sources: ['nicter'], count: 2 }, before: '00', hash: '01' },
  { seq: 2, entry: { at: '2026-01-15T12:00:01Z', principal: 'boss@soc', credential: 'b', organisation: 'soc', action: 'key.add', decision: 'denied' }, before: '01', hash: '02' },
].map((one) => JSON.stringify(one));
const entries = entriesOf(`${LINES.join('\n')}\n`);

describe('the audit log', () => {
  it('is read a line at a time, with what is as usual filled in', () => {
    expect(entries.map(({ entry }) => [entry.decision, entry.count])).toEqual([['allowed', 2], ['denied', 0]]);
  });

  it('hangs together until an entry is changed or cut', () => {
    expect(firstBreak(entries)).toBeNull();
    expect(firstBreak(entries.map((one) => (one.seq === 1 ? { ...one, hash: 'ff' } : one)))).toBe(2);
  });

  it('ends where its signed head says', () => {
    const head = { day: '2026-01-15', seq: 2, hash: '02', signature: '', public_key: '' };
    expect([isHeadOf(head, entries), isHeadOf({ ...head, hash: '03' }, entries), isHeadOf({ ...head, seq: 9 }, entries)]).toEqual([true, false, null]);
  });

  it('is searched by all words at once', () => {
    expect(found(entries, 'RIN nicter').map((one) => one.seq)).toEqual([1]);
    expect(found(entries, 'rin key')).toEqual([]);
  });
});

it('cut fields of a rating sheet are read one a line, or not at all', () => {
  expect(fieldsOf('session = raw\n\nvictim=victim')).toEqual({ session: 'raw', victim: 'victim' });
  expect(fieldsOf('session=whatever')).toBeNull();
});
