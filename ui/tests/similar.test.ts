import { describe, expect, it } from 'vitest';
import { askedOf, excluded, ports, sharedOf, shares, spoken } from '../src/views/similar/habits';

const query = (said: Record<string, string>) => (name: string) => said[name] ?? null;

describe('habits', () => {
  it('show the hours of the zone, as shares of the busiest', () => {
    const utc = Array.from({ length: 24 }, (_, hour) => (hour === 20 ? 4 : hour === 0 ? 1 : 0));
    expect(shares(utc, 0)[20]).toBe(1);
    expect([shares(utc, 9)[5], shares(utc, 9)[9]]).toEqual([1, 0.25]); // 20 h UTC is 5 h JST
    expect(shares([], 9)).toEqual(Array.from({ length: 24 }, () => 0));
  });

  it('name ports once, and leave TCP unsaid', () => {
    expect(ports(['nicter:23/tcp', 'cowrie:22/ssh', 'nirvana:23/tcp', 'cowrie', 'amppot:ntp'])).toEqual(['23', '22/ssh']);
  });

  it('take apart what two addresses share', () => {
    expect(sharedOf(['7547/tcp (lift 41)', 'path /HNAP1 (lift 1.2e+03)', '4 common 10-minute bins'])).toEqual({
      tokens: [
        { text: '7547/tcp', lift: 41 },
        { text: 'path /HNAP1', lift: 1200 },
      ],
      bins: 4,
    });
    expect(spoken('path:/a:b')).toBe('path /a:b');
  });
});

describe('what is asked', () => {
  it('stands in the address, and is never out of bounds', () => {
    expect(askedOf(query({}))).toMatchObject({ least: 0.7, window: '30d', noScanners: false, noSameNet: false });
    expect(askedOf(query({ min: '7', window: 'ever', exclude: 'same-net' }))).toMatchObject({ least: 1, window: '30d', noSameNet: true });
    expect(askedOf(query({ min: 'x' })).least).toBe(0.7);
    expect(excluded({ noSameNet: true, noScanners: true })).toBe('same-net,known-scanner');
  });
});
