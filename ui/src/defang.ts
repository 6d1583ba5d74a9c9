// Values as screens show them: nobody can click or paste them by accident. `y` copies what is shown,
// `Y` the value itself. What is typed in may be either: the server reads both.
import type { Topic } from './topics';

/**
 * Write a value so that no program takes it for an address.
 *
 *     defang('http://example.com/a', 'url') === 'hxxp://example[.]com/a'
 */
export function defang(value: string, topic: Topic): string {
  switch (topic) {
    case 'ip':
      return value.includes(':') ? value.replace(/:(?=[^:]*$)/, '[:]') : value.replace(/\.(?=[^.]*$)/, '[.]');
    case 'domain':
      return value.replace(/\.(?=[^.]*$)/, '[.]');
    case 'email':
      return value.replace('@', '[@]').replace(/\.(?=[^.]*$)/, '[.]');
    case 'url':
      return value.replace(/^http/i, 'hxxp').replace(/^([^/]*\/\/[^/]*)\.(?=[^./]*(?:\/|$))/, '$1[.]');
    default:
      return value;
  }
}

/** Undo it, for what is sent to places that know no such spelling. */
export function refang(text: string): string {
  return text
    .replace(/^hxxp/i, 'http')
    .replace(/\[(\.|@|:)\]/g, '$1')
    .replace(/\[at\]/gi, '@')
    .replace(/\[dot\]|\(dot\)|\(\.\)/gi, '.');
}
