import { isTopic } from '../../topics';
import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Value' }, { title: '値' });

export const card: Plate = {
  name: 'card',
  get title() {
    return name.title;
  },
  path: [],
  takes: ([first, value]) => isTopic(first) && value !== undefined,
  load: () => import('./View.svelte'),
  scope: 'read',
};
