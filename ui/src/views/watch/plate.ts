import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Watch' }, { title: '監視' });

export const watch: Plate = {
  name: 'watch',
  get title() {
    return name.title;
  },
  icon: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z',
  path: ['watch'],
  takes: ([first]) => first === 'watch',
  load: () => import('./View.svelte'),
  scope: 'read',
};
