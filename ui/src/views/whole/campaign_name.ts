// A campaign is known by a tag: `malware:lanternbot`; people read its term.

/** `malware:cobalt-strike` → `Cobalt strike`. */
export function campaignName(tag: string): string {
  const term = tag.slice(tag.indexOf(':') + 1).replace(/[-_]+/g, ' ');
  return term.charAt(0).toUpperCase() + term.slice(1);
}
