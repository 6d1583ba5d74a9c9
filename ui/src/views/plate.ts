// What the shell knows of a view before it is loaded.
import type { Component } from 'svelte';

type Scope = 'read' | 'admin' | 'audit' | 'rate';

export interface Plate {
  /** Its folder, and its name in tests: `data-view`. */
  name: string;
  /** In the rail and in the page's title, in the chosen language; a getter of `bilingual`. */
  readonly title: string;
  /** The path of an icon of 24 × 24, drawn with a line of 1.6; none: it is not in the rail. */
  icon?: string;
  /** Where the rail leads. */
  path: readonly string[];
  /** Whether these segments of the path are its own. The first plate that says so shows. */
  takes: (segments: readonly string[]) => boolean;
  load: () => Promise<{ default: Component }>;
  /** One of these scopes is needed for the rail to show it. */
  scope?: Scope | readonly Scope[];
}
