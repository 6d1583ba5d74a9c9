// Who is here: nobody yet, somebody who has logged in, or anybody, while the server is open.
import type { components } from './api/schema';

export type Me = components['schemas']['Me'];
type Access = 'asking' | 'in' | 'out' | 'unreached';

class Session {
  /** Whether the server lets one in. */
  access = $state<Access>('asking');
  /** Who one is; null: not known, or a server without accounts. */
  me = $state<Me | null>(null);

  /** What requests that change something must show. */
  get csrf(): string | null {
    return this.me?.csrf ?? null;
  }

  /** Whether the server has no accounts yet: whoever reaches it operates it. */
  get isOpen(): boolean {
    return this.me === null || this.me.strength === 'local';
  }

  /** Tell whether one may do something: `read`, `publish`, `admin`, `rate`, `audit`. */
  may(scope: Me['scopes'][number]): boolean {
    return this.me === null || this.me.scopes.includes(scope);
  }

  /** Ask the server who one is. */
  async ask(): Promise<void> {
    try {
      const answer = await fetch('/api/v1/me');
      this.me = answer.ok ? ((await answer.json()) as Me) : null;
      // A server without accounts has no such question, and needs no answer.
      this.access = answer.ok || answer.status === 404 ? 'in' : 'out';
    } catch {
      this.access = 'unreached';
    }
  }

  /** Be somebody. */
  begin(me: Me): void {
    this.me = me;
    this.access = 'in';
  }

  /** The server no longer knows one: the log-in page shows. */
  isOver(): void {
    this.me = null;
    this.access = 'out';
  }
}

export const session = new Session();
