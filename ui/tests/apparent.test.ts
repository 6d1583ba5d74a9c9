import { expect, test } from 'vitest';
import { apparent } from '../src/api/apparent';

test('what turns a text around is shown by its number', () => {
  expect(apparent('invoice\u202egpj.exe')).toBe('invoice⟨U+202E⟩gpj.exe');
  expect(apparent('\ufeffa\u200bb\u2066')).toBe('⟨U+FEFF⟩a⟨U+200B⟩b⟨U+2066⟩');
});

test('what languages need stays as it is', () => {
  const texts = ['日本語　全角', 'می‌خواهم', '👩‍💻', 'e\u0301', 'שלום', '"\\u202e"'];

  expect(texts.map(apparent)).toEqual(texts);
});
