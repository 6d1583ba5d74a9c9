import { bilingual } from '../../words.svelte';
import type { Plate } from '../plate';

const name = bilingual({ title: 'Alerts' }, { title: 'アラート' });

export const alerts: Plate = {
  name: 'alerts',
  get title() {
    return name.title;
  },
  icon: 'M12 4 21 19.5H3ZM12 10v4.5M12 17v.01',
  path: ['alerts'],
  takes: ([first]) => first === 'alerts',
  load: () => import('./View.svelte'),
  scope: 'read',
};
