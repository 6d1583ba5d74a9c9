// Bytes of strangers as text that does nothing: what cannot be seen is named. Pure.

export interface Piece {
  text: string;
  /** Whether it stands for something that has no look of its own, or that turns text around. */
  isNamed: boolean;
}

/** From base64. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}

// Controls, blanks of no width, marks of direction, surrogates and what is for private use.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029\ufffd]/u;

/** The pieces of a line: as UTF-8 where it is that, else byte by byte. */
export function pieces(bytes: Uint8Array): Piece[] {
  const found: Piece[] = [];
  const add = (text: string, isNamed: boolean): void => {
    const last = found.at(-1);
    if (last && last.isNamed === isNamed && !isNamed) last.text += text;
    else found.push({ text, isNamed });
  };
  for (const one of charactersOf(bytes)) {
    if (typeof one === 'number') add(`\\x${one.toString(16).padStart(2, '0')}`, true);
    else if (UNSEEN.test(one)) add(nameOf(one), true);
    else add(one, false);
  }
  return found;
}

/** ␛ for the controls of ASCII, which have pictures; else ⟨U+202E⟩. */
function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

function* charactersOf(bytes: Uint8Array): Generator<string | number> {
  try {
    yield* new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    for (const byte of bytes) yield byte < 0x80 ? String.fromCharCode(byte) : byte;
  }
}

/** Sixteen a line, with their places: `0000  7b 22 …`. */
export function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)].map((one) => one.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${row}`);
  }
  return lines.join('\n');
}
