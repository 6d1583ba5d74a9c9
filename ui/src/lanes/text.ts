import { bilingual } from '../words.svelte';

const en = {
  lane: '{name}: {n} value|{name}: {n} values',
  laneNone: '{name}: none of this topic, but part of the story',
  step: '{number}. {verb}: {name}, {at}',
  more: 'in {n} database|in {n} databases',
};
const ja: typeof en = {
  lane: '{name}：{n} 件の値',
  laneNone: '{name}：このトピックの値はないが、一連の流れに含まれる',
  step: '{number}. {verb}：{name}、{at}',
  more: '{n} 個のデータベース',
};
export const text = bilingual(en, ja);
