import { describe, expect, it } from 'vitest';
import type { Schemas } from '../src/api/client';
import { csvOf, linesOf, partsOf, rowsOf } from '../src/views/lookup/lines';

const match = (input: string, status = 'known'): Schemas['Match'] => ({
  line: 1,
  input,
  topic: status === 'invalid' ? null : 'ip',
  value: status === 'invalid' ? null : input,
  status,
});

describe('what was pasted', () => {
  it('is cut into lines of any kind, and keeps their numbers', () => {
    expect(linesOf('a\r\n\r\n b \nc')).toEqual([
      { line: 1, input: 'a' },
      { line: 3, input: 'b' },
      { line: 4, input: 'c' },
    ]);
  });

  it('may be text, with values in it', () => {
    expect(partsOf('Received: from mail.example.com (192.0.2.7) by x; see hxxp://bad[.]example[.]com/a, or <rin@example.jp>.')).toEqual([
      'mail.example.com',
      '192.0.2.7',
      'hxxp://bad[.]example[.]com/a',
      'rin@example.jp',
    ]);
    expect(partsOf('no value here at all')).toEqual([]);
    expect(partsOf('2001:db8::7 and d41d8cd98f00b204e9800998ecf8427e')).toEqual(['2001:db8::7', 'd41d8cd98f00b204e9800998ecf8427e']);
  });
});

describe('what comes back', () => {
  it('has a row for every line, and marks what stood there before', () => {
    const asked = linesOf('192.0.2.1\nhello\n192.0.2.1');
    const rows = rowsOf(asked, [match('192.0.2.1'), match('hello', 'invalid'), match('192.0.2.1')], new Map());
    expect(rows.map((row) => [row.line, row.match.status, row.isRepeated])).toEqual([
      [1, 'known', false],
      [2, 'invalid', false],
      [3, 'known', true],
    ]);
  });

  it('has the values of a line of text behind it', () => {
    const rows = rowsOf(linesOf('from 192.0.2.9'), [match('from 192.0.2.9', 'invalid')], new Map([[1, [match('192.0.2.9', 'unknown')]]]));
    expect(rows.map((row) => [row.input, row.isWithin])).toEqual([
      ['from 192.0.2.9', false],
      ['192.0.2.9', true],
    ]);
  });

  it('holds no formula when it is a table', () => {
    const rows = rowsOf(linesOf('=1+1'), [match('=1+1', 'invalid')], new Map());
    expect(csvOf(rows)).toContain(`"'=1+1"`);
  });
});
