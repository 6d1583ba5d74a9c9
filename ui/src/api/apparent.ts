// Characters that nobody sees, and that change how the text around them reads: bidi controls (CVE-2021-42574,
// "Trojan Source") and marks of no width. Values of the hub have none; what publishers write may.
const UNSEEN = /[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Show such characters by their numbers.
 *
 *     apparent('invoice\u202egpj.exe') === 'invoice⟨U+202E⟩gpj.exe'
 */
export function apparent(text: string): string {
  return text.replace(UNSEEN, (one) => `⟨U+${(one.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}
