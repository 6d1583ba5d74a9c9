// What somebody has chosen for himself: language, theme, time zone, keys. Kept in this browser;
// `?lang= ?theme= ?zone=` override it for one page.
export type Language = 'en' | 'ja';
export type Theme = 'dark' | 'light';
/** In which zone moments are shown; the server always speaks UTC. */
export type Zone = 'Asia/Tokyo' | 'UTC';

interface Chosen {
  language: Language;
  theme: Theme;
  zone: Zone;
  /** Whether single letters are shortcuts: WCAG 2.1.4 wants them to be switchable. */
  keys: boolean;
}

const STORED = 'cure.preferences';

function stored(): Partial<Chosen> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Chosen>;
  } catch {
    return {}; // storage may be forbidden, or hold what another version wrote
  }
}

function one<T extends string>(allowed: readonly T[], ...wanted: (string | null | undefined)[]): T {
  return (wanted.find((each) => allowed.includes(each as T)) ?? allowed[0]) as T;
}

function start(): Chosen {
  const query = new URLSearchParams(location.search);
  const kept = stored();
  const spoken = navigator.language.startsWith('ja') ? 'ja' : 'en';
  return {
    language: one(['en', 'ja'], query.get('lang'), kept.language, spoken),
    theme: one(['dark', 'light'], query.get('theme'), kept.theme),
    zone: one(['Asia/Tokyo', 'UTC'], query.get('zone'), kept.zone),
    keys: kept.keys ?? true,
  };
}

export const preferences = $state<Chosen>(start());

/** Change some, and keep all of them in this browser. */
export function prefer(some: Partial<Chosen>): void {
  Object.assign(preferences, some);
  try {
    localStorage.setItem(STORED, JSON.stringify(preferences));
  } catch {
    // Storage may be forbidden: then it holds until the page is closed.
  }
}

/** Tell the document, whose style sheet and screen readers look at it. To be called in an effect. */
export function applyPreferences(): void {
  document.documentElement.lang = preferences.language;
  document.documentElement.dataset.theme = preferences.theme;
}
