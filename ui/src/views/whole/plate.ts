import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Whole' }, { title: '全体' });

export const whole: Plate = {
  name: 'whole',
  get title() {
    return name.title;
  },
  icon: 'M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM4.5 5.5l4.6 4M19.5 5.5l-4.6 4M12 15.5v5M3 4.5h.01M21 4.5h.01M12 22h.01',
  path: [],
  takes: (segments) => segments.length === 0,
  load: () => import('./View.svelte'),
  scope: 'read',
};
