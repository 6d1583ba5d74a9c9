import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Similar' }, { title: '類似' });

export const similar: Plate = {
  name: 'similar',
  get title() {
    return name.title;
  },
  icon: 'M8 8a3 3 0 1 0 .01 0ZM16.500 5a2 2 0 1 0 .01 0ZM17 14a3 3 0 1 0 .01 0ZM7.500 17.500a1.700 1.700 0 1 0 .01 0ZM10.800 10l3.700 4.200M10.900 9.300l3.800-1.600M8 14v3.400',
  path: ['groups'],
  takes: ([first, , third]) => first === 'similar' || first === 'groups' || (first === 'ip' && third === 'similar'),
  load: () => import('./View.svelte'),
  scope: 'read',
};
