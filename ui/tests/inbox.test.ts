import { describe, expect, it } from 'vitest';
import { type Alert, databasesOf, gravity, withNews } from '../src/views/alerts/inbox';

const SEEN = { count: 1, first_seen: '2026-01-01T00:00:00Z', last_seen: '2026-01-01T00:00:00Z' };
const alert = (id: string, score: number | null, ...sources: string[]): Alert =>
  ({ id, state: 'new', outside: [{ score, sources: Object.fromEntries(sources.map((name) => [name, SEEN])) }] }) as unknown as Alert;

describe('the inbox', () => {
  it('counts databases, and not their instances', () => {
    expect(databasesOf(alert('a', null, 'cowrie@tokyo-1', 'cowrie@osaka-1', 'exist'))).toBe(2);
  });

  it('is grave by score, and without one by how many know', () => {
    expect(gravity(alert('a', 80))).toBe('high');
    expect(gravity(alert('a', 45, 'exist'))).toBe('medium');
    expect(gravity(alert('a', null, 'exist'))).toBe('low');
    expect(gravity(alert('a', null))).toBe('none');
  });

  it('replaces what is there and puts what is new in front', () => {
    const now = withNews({ total: 2, alerts: [alert('a', 1), alert('b', 1)] }, [alert('b', 99), alert('c', 1)]);
    expect(now.alerts.map((one) => one.id)).toEqual(['c', 'a', 'b']);
    expect(now.alerts[2]?.outside[0]?.score).toBe(99);
    expect(now.total).toBe(3);
  });
});
