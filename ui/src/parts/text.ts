import { bilingual } from '../words.svelte';

const en = {
  loading: 'Loading',
  nothing: 'Nothing here',
  noAccess: 'Not open to you',
  noAccessMore: 'Your organisation’s agreement does not cover this. An administrator can tell more.',
  unreached: 'The server does not answer',
  failed: 'That did not work',
  retry: 'Try again',
  request: 'Request {id}',
  close: 'Close',
  back: 'Back',
  sortBy: 'Sort by {column}',
  rows: '{n} row|{n} rows',
  copied: 'Copied',
  copyError: 'Copy for a report',
};
const ja: typeof en = {
  loading: '読み込み中',
  nothing: '何もありません',
  noAccess: '閲覧権限がありません',
  noAccessMore: '所属組織の取り決めの対象外です。詳しくは管理者に問い合わせてください。',
  unreached: 'サーバが応答しません',
  failed: '失敗しました',
  retry: '再試行',
  request: 'リクエスト {id}',
  close: '閉じる',
  back: '戻る',
  sortBy: '{column}で並べ替え',
  rows: '{n} 行',
  copied: 'コピーしました',
  copyError: '報告用にコピー',
};
export const text = bilingual(en, ja);
