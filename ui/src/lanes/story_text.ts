import { bilingual } from '../words.svelte';

const en = {
  steps: 'The story, step by step ({zone})',
  after: '{span} after the first',
  others: 'and {n} other|and {n} others',
};
const ja: typeof en = {
  steps: '時系列の流れ（{zone}）',
  after: '最初の観測から {span}後',
  others: 'ほか {n} 件',
};
export const text = bilingual(en, ja);
