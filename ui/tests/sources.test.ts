import { describe, expect, it } from 'vitest';
import { bytesOf, hexOf, pieces } from '../src/views/sources/bytes';
import { binned, lastHeard, lengthOf, silence, usualGap } from '../src/views/sources/health';
import { added } from '../src/views/sources/quarantine.svelte';

const HOUR = 3600;
const NOW = Date.parse('2026-01-15T12:00:00Z');
const hourly = Array.from({ length: 48 }, () => 1);
const daily = Array.from({ length: 240 }, (_, i) => (i % 24 ? 0 : 5));

describe('a source', () => {
  it('is silent when it says nothing for longer than it uses to', () => {
    expect(silence('2026-01-15T11:30:00Z', hourly, HOUR, NOW).state).toBe('heard');
    expect(silence('2026-01-15T06:00:00Z', hourly, HOUR, NOW).state).toBe('quiet');
    expect(silence('2026-01-14T12:00:00Z', daily, HOUR, NOW).state).toBe('heard');
    expect(silence('2026-01-12T12:00:00Z', daily, HOUR, NOW).state).toBe('quiet');
  });

  it('is not to blame where none is heard', () => {
    const sources = ['a', 'b', 'enricher@groups'].map((name, i) => ({ name, last_seen: `2026-01-15T0${i}:00:00Z` }));
    const until = lastHeard(sources, NOW);
    expect(until).toBe(Date.parse('2026-01-15T01:00:00Z'));
    expect(silence('2026-01-15T00:00:00Z', hourly, HOUR, NOW, until)).toMatchObject({ state: 'heard', forS: 12 * HOUR });
  });

  it('that was heard a few times only has no usual gap', () => {
    expect(usualGap([1, 0, 0, 1])).toBeNull();
    expect(silence('2025-01-01T00:00:00Z', [3], HOUR, NOW).state).toBe('unsure');
  });

  it('is told of in lengths that people say', () => {
    expect([lengthOf(7300, 'en'), lengthOf(200_000, 'ja'), lengthOf(0, 'en')]).toEqual(['2 hours', '2 日', '0 seconds']);
    expect(binned([1, 2, 3, 4, 5], 2)).toEqual([6, 9]);
  });
});

describe('bytes of a line', () => {
  const shown = (bytes: Uint8Array): string => pieces(bytes).map((one) => (one.isNamed ? `{${one.text}}` : one.text)).join('');
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('that cannot be seen are named, also those that turn text around', () => {
    expect(shown(utf8('a\u0000\u001b[31m\t'))).toBe('a{␀}{␛}[31m{␉}');
    expect(shown(utf8('x\u202egpj.exe\u200b'))).toBe('x{⟨U+202E⟩}gpj.exe{⟨U+200B⟩}');
    expect(shown(utf8('\u0085\u007f'))).toBe('{⟨U+0085⟩}{␡}');
  });

  it('are text where they are UTF-8, else told one by one', () => {
    expect(shown(utf8('日本語<b>'))).toBe('日本語<b>');
    expect(shown(Uint8Array.of(0x61, 0xff, 0x0a))).toBe('a{\\xff}{␊}');
    expect(shown(bytesOf('YWJj'))).toBe('abc');
    expect(hexOf(Uint8Array.from({ length: 17 }, (_, i) => i)).split('\n')[1]).toBe('0010  10');
  });
});

describe('reading again', () => {
  it('adds up what became of each part', () => {
    const part = { lines: 3, spoke: 1, silent: 1, quarantined: 1, records: 2, new_records: 1, reasons: { why: 1 }, next: null };
    expect(added(part, part)).toEqual({ lines: 6, spoke: 2, silent: 2, quarantined: 2, records: 4, new_records: 2, reasons: { why: 2 }, next: null });
  });
});
