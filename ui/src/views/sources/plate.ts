import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Sources' }, { title: '情報源' });

export const sources: Plate = {
  name: 'sources',
  get title() {
    return name.title;
  },
  icon: 'M12 4c4.4 0 7.5 1.2 7.5 2.8S16.4 9.5 12 9.5 4.5 8.400 4.5 6.800 7.600 4 12 4ZM4.500 6.800v10.400C4.500 18.800 7.600 20 12 20s7.500-1.200 7.500-2.800V6.800M4.500 12c0 1.600 3.100 2.800 7.500 2.800s7.500-1.200 7.500-2.800',
  path: ['sources'],
  takes: ([first]) => first === 'sources' || first === 'quarantine',
  load: () => import('./View.svelte'),
  scope: 'read',
};
