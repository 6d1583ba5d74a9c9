import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Graph' }, { title: '関係' });

export const graph: Plate = {
  name: 'graph',
  get title() {
    return name.title;
  },
  icon: 'M6 6a2.2 2.2 0 1 0 .01 0ZM18 5a2.2 2.2 0 1 0 .01 0ZM13 17a2.2 2.2 0 1 0 .01 0ZM8 8l9-.5M7.2 10l4.6 7M17 9.3l-3 7.7',
  path: ['graph'],
  takes: ([first]) => first === 'graph',
  load: () => import('./View.svelte'),
  scope: 'read',
};
