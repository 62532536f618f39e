import { afterEach, describe, expect, it } from 'vitest';
import { type Api, startApi } from '../../support/api.js';

let api: Api | undefined;
afterEach(() => api?.close());

/** How many requests are left to whoever sends these headers, of 600. */
async function left(forwarded?: string): Promise<number> {
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const answer = await api!.request('GET /v1/products?limit=1', { headers });
  expect(answer.status).toBe(200);
  return Number(/"address";r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
}

/** Whether the second request counts for the address of the first. */
async function shareALimit(first: string | undefined, second: string | undefined): Promise<boolean> {
  const before = await left(first);
  return (await left(second)) === before - 1;
}

const start = async (TRUST_PROXY: string) => {
  api = await startApi({ TRUST_PROXY, RATE_LIMIT_SCALE: '1' });
};

describe('X-Forwarded-For', () => {
  it('is nothing to go by without trusted proxies', async () => {
    await start('false');
    expect(await shareALimit('192.0.2.1', '192.0.2.2')).toBe(true);
  });

  it.each(['1', '127.0.0.1', 'loopback'])('names the client behind one proxy: TRUST_PROXY=%s', async (trust) => {
    await start(trust);
    expect(await shareALimit('192.0.2.1', '192.0.2.2')).toBe(false);
    expect(await shareALimit('192.0.2.1', '192.0.2.1')).toBe(true);
    // What the client itself wrote stands before what the proxy appended.
    expect(await shareALimit('198.51.100.1, 192.0.2.1', '198.51.100.2, 192.0.2.1')).toBe(true);
  });

  it('names the client behind two proxies', async () => {
    await start('2');
    expect(await shareALimit('192.0.2.1, 10.0.0.1', '192.0.2.1, 10.0.0.2')).toBe(true);
    expect(await shareALimit('192.0.2.1, 10.0.0.1', '192.0.2.2, 10.0.0.1')).toBe(false);
  });

  it('is read without the port that some proxies append', async () => {
    await start('1');
    expect(await shareALimit('192.0.2.1:4711', '192.0.2.1:4712')).toBe(true);
    expect(await shareALimit('[2001:db8::1]:4711', '2001:db8::1')).toBe(true);
  });

  it.each(['unknown', '', 'a'.repeat(5000), '192.0.2.999', "'; DROP TABLE users; --", '192.0.2.1 192.0.2.2', '1e9'])(
    'never becomes the key of a limit where it is no address: %j',
    async (malformed) => {
      await start('1');
      expect(await shareALimit(undefined, malformed)).toBe(true);
      expect(await shareALimit(malformed, `${malformed}x`)).toBe(true);
    },
  );
});
