import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Detail' }, { title: '詳細' });

export const detail: Plate = {
  name: 'detail',
  get title() {
    return name.title;
  },
  path: ['topic', 'ip'],
  takes: ([first]) => first === 'topic',
  load: () => import('./View.svelte'),
  scope: 'read',
};
