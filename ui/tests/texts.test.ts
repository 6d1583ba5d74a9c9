import { describe, expect, it } from 'vitest';
import { defang, refang } from '../src/defang';
import { compact, moment } from '../src/format';
import { preferences } from '../src/preferences.svelte';
import { bilingual, count, fill } from '../src/words.svelte';

const TEXTS = import.meta.glob<{ text: Record<string, string> }>('../src/**/*text.ts', { eager: true });

describe('words', () => {
  it('both languages have every text, and the same gaps in it', () => {
    for (const [file, { text }] of Object.entries(TEXTS)) {
      for (const key of Object.keys(text)) {
        const [en, ja] = (['en', 'ja'] as const).map((language) => {
          preferences.language = language;
          return text[key] ?? '';
        }) as [string, string];
        const gaps = (one: string): string[] => [...new Set(one.match(/\{\w+\}/g) ?? [])].sort();
        expect(ja, `${file} ${key}`).not.toBe('');
        expect(gaps(ja), `${file} ${key}`).toEqual(gaps(en));
      }
    }
  });

  it('follow the language that is chosen', () => {
    const text = bilingual({ hello: 'hello' }, { hello: 'こんにちは' });
    preferences.language = 'ja';
    expect(text.hello).toBe('こんにちは');
    preferences.language = 'en';
    expect(text.hello).toBe('hello');
  });

  it('have their gaps filled in, and one or many where a language has both', () => {
    expect(fill('{a} of {b}', { a: 1, b: '{a}' })).toBe('1 of {a}');
    expect([count('{n} value|{n} values', 1), count('{n} value|{n} values', 2), count('{n} 件', 2)]).toEqual(['1 value', '2 values', '2 件']);
  });
});

describe('numbers and moments', () => {
  it('are written as the language has them, with the zone', () => {
    preferences.language = 'en';
    preferences.zone = 'Asia/Tokyo';
    expect([compact(2_712_345_678), moment('2026-11-22T23:59:00Z')]).toEqual(['2.7B', '2026-11-23 08:59 JST']);
    preferences.language = 'ja';
    preferences.zone = 'UTC';
    expect([compact(2_712_345_678), moment('2026-11-22T23:59:00Z')]).toEqual(['27.1億', '2026-11-22 23:59 UTC']);
  });
});

describe('values on the screen', () => {
  it.each([
    ['ip', '192.0.2.7', '192.0.2[.]7'],
    ['ip', '2001:db8::1', '2001:db8:[:]1'],
    ['domain', 'a.example.com', 'a.example[.]com'],
    ['email', 'a@example.com', 'a[@]example[.]com'],
    ['url', 'http://example.com/a.b', 'hxxp://example[.]com/a.b'],
    ['url', 'https://192.0.2.7:8080', 'hxxps://192.0.2[.]7:8080'],
    ['hash', 'd41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['tag', 'attack:T1110', 'attack:T1110'],
  ] as const)('of topic %s: %s is shown as %s, and can be read back', (topic, value, shown) => {
    expect(defang(value, topic)).toBe(shown);
    expect(refang(shown)).toBe(value);
  });
});
