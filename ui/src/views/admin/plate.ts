import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Admin' }, { title: '管理' });

export const admin: Plate = {
  name: 'admin',
  get title() {
    return name.title;
  },
  icon: 'M12 3.500 19 6v5.500c0 4.200-2.800 7.500-7 9-4.200-1.500-7-4.800-7-9V6ZM9 11.800l2.200 2.200L15.200 10',
  path: ['admin'],
  takes: ([first]) => first === 'admin' || first === 'me',
  load: () => import('./View.svelte'),
  scope: ['admin', 'rate', 'audit'],
};
