import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Look up' }, { title: '照合' });

export const lookup: Plate = {
  name: 'lookup',
  get title() {
    return name.title;
  },
  icon: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20.5 20.5M7.5 10.5h6',
  path: ['lookup'],
  takes: ([first]) => first === 'lookup',
  load: () => import('./View.svelte'),
  scope: 'read',
};
