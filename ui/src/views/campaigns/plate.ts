import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Campaigns' }, { title: '攻撃' });

export const campaigns: Plate = {
  name: 'campaigns',
  get title() {
    return name.title;
  },
  icon: 'M5 20V4M5 5h11l-2 4 2 4H5',
  path: ['campaigns'],
  takes: ([first]) => first === 'campaigns',
  load: () => import('./View.svelte'),
  scope: 'read',
};
