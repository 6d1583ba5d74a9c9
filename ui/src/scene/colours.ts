// The scene's colours, read from the tokens (`--scene-…`), so that there is one place for all.
import { Color } from 'three';
import { TOPICS, type Topic } from '../topics';
import type { Kind } from './world';

export interface Colours {
  isLight: boolean;
  hub: Color;
  grid: Color;
  kinds: Record<Kind, Color>;
  topics: Record<Topic, Color>;
}

/** Read them from the document, as its theme is now. */
export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): Color => new Color(style.getPropertyValue(`--scene-${name}`).trim());
  return {
    isLight: document.documentElement.dataset['theme'] === 'light',
    hub: read('hub'),
    grid: read('grid'),
    kinds: { obs: read('obs'), ana: read('ana'), enr: read('enr'), wat: read('wat') },
    topics: Object.fromEntries(TOPICS.map((topic) => [topic, read(topic)])) as Record<Topic, Color>,
  };
}
