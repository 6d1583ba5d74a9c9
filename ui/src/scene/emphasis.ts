// Which orbs and links are lit: all of selection, pointer, campaign and topics, in one place.
import type { Emphasis, Link, World } from './world';

/** dim: beside what is looked at; on: part of it, or nothing is looked at; focus: the thing itself. */
export type Lit = 'dim' | 'on' | 'focus';

export interface Lights {
  orbs: Lit[];
  /** null: its topic is switched off. */
  links: (Lit | null)[];
  /** Whether something is looked at. */
  isFocused: boolean;
}

export function lights(world: World, { orb, link, campaign, topics }: Emphasis): Lights {
  const near = new Set<number>();
  if (!campaign && link) near.add(link[0]).add(link[1]);
  else if (!campaign && orb >= 0) {
    near.add(orb);
    for (const one of world.links) {
      if (!topics.has(one.topic)) continue;
      if (one.a === orb) near.add(one.b);
      if (one.b === orb) near.add(one.a);
    }
  }
  const isFocused = campaign !== null || near.size > 0;
  const lit = campaign ?? near;
  return {
    isFocused,
    orbs: world.orbs.map((_, i) => (!isFocused ? 'on' : !lit.has(i) ? 'dim' : i === orb || (link && !campaign) ? 'focus' : 'on')),
    links: world.links.map((one) => {
      if (!topics.has(one.topic)) return null;
      if (!isFocused) return 'on';
      const hot = campaign ? campaign.has(one.a) && campaign.has(one.b) : link ? isBetween(one, link) : one.a === orb || one.b === orb;
      return hot ? 'focus' : 'dim';
    }),
  };
}

/** Tell whether a link is one of those between two orbs. */
export function isBetween({ a, b }: Link, [one, other]: readonly [number, number]): boolean {
  return (a === one && b === other) || (a === other && b === one);
}
