// Two languages: each view has a `text.ts` of its own, and TypeScript makes their keys agree.
import { preferences } from './preferences.svelte';

/**
 * Make the texts of a view: `text.title` is the title in the language that is chosen now, and
 * changes with it where it is used in a component.
 *
 *     const en = { title: 'Watches', found: '{n} value|{n} values' };
 *     const ja: typeof en = { title: '監視', found: '{n} 件' };
 *     export const text = bilingual(en, ja);
 */
export function bilingual<T extends Record<string, string>>(en: T, ja: { [K in keyof T]: string }): Readonly<T> {
  const texts = {} as T;
  for (const key of Object.keys(en)) {
    Object.defineProperty(texts, key, { get: () => (preferences.language === 'ja' ? ja[key] : en[key]), enumerable: true });
  }
  return texts;
}

/** Put values where a text has `{name}`. Never put sentences together from pieces: fill one in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Fill `{n}` in, and choose between `one|many` where the language has both. */
export function count(text: string, n: number, shown: string = String(n)): string {
  const [one = '', many = one] = text.split('|');
  return fill(n === 1 ? one : many, { n: shown });
}
