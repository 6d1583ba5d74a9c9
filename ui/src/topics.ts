// The six topics: their order is that of the keys 1 to 6, and each has a dash beside its colour.
import { bilingual } from './words.svelte';

export const TOPICS = ['ip', 'domain', 'url', 'hash', 'email', 'tag'] as const;
export type Topic = (typeof TOPICS)[number];

export function isTopic(text: string | null | undefined): text is Topic {
  return TOPICS.includes(text as Topic);
}

/** Lengths of line and gap in pixels, as SVG's stroke-dasharray takes them; empty: solid. */
export const DASHES: Record<Topic, string> = {
  ip: '',
  domain: '9 3',
  url: '7 2 2 2',
  hash: '4 3',
  email: '2 2.5',
  tag: '6 5',
};

export const topicNames = bilingual(
  { ip: 'IP address', domain: 'Domain', url: 'URL', hash: 'File hash', email: 'E-mail', tag: 'Tag' },
  { ip: 'IPアドレス', domain: 'ドメイン', url: 'URL', hash: 'ファイルハッシュ', email: 'メール', tag: 'タグ' },
);
