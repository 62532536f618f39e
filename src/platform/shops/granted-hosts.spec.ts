import { describe, expect, it } from 'vitest';
import { grantHosts } from './granted-hosts.js';

const names = { domain: 'shops.example', common: 'api.shops.example' };
const grant = (...wanted: [string, string | undefined][]) => {
  const { own, refused } = grantHosts(wanted, names);
  return { own: [...own], refused: refused.map(({ slug, reason }) => `${slug}: ${reason}`) };
};

describe('A host name of its own', () => {
  it.each(['buy.example', 'www.shops.example', 'north.shops.example'])('can be %s', (host) =>
    expect(grant(['north', host], ['south', undefined])).toEqual({ own: [[host, 'north']], refused: [] }),
  );

  it('is not that of the process', () =>
    expect(grant(['north', 'api.shops.example'])).toEqual({
      own: [],
      refused: ['north: PUBLIC_URL: api.shops.example is the host name of the process'],
    }));

  it.each([
    [
      'by its slug, even if that is younger',
      [
        ['north', 'south.shops.example'],
        ['south', undefined],
      ],
    ],
    [
      'by its file, if that is older',
      [
        ['south', 'buy.example'],
        ['north', 'buy.example'],
      ],
    ],
  ] as [string, [string, string | undefined][]][])('is not one that another shop has %s', (_, wanted) => {
    const { own, refused } = grant(...wanted);
    expect(own.filter(([, slug]) => slug === 'north')).toEqual([]);
    expect(refused).toEqual([expect.stringMatching(/^north: PUBLIC_URL: .+ is the host name of shop south$/)]);
  });
});
