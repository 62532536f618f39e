import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, startApi } from '../../support/api.js';

const SHOP = 'https://shop.example';

let api: Api;
beforeAll(async () => {
  api = await startApi({ CORS_ORIGINS: `${SHOP}, https://office.example:8443` });
});
afterAll(() => api?.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(api.url + path, { headers });
const preflight = (origin: string, path = '/v1/orders') =>
  fetch(api.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type, idempotency-key',
    },
  });

describe('Security headers', () => {
  it.each([
    ['an answer', '/v1/products', {}],
    ['a refusal', '/v1/orders', {}],
    ['an address without anything', '/nowhere', {}],
    ['a refused Accept header', '/v1/products', { accept: 'text/html' }],
    ['the document', '/openapi.json', {}],
  ])('are on %s', async (_, path, headers) => {
    const answer = await get(path, headers);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(answer.headers.has('x-powered-by')).toBe(false);
    // Only production has TLS for certain.
    expect(answer.headers.has('strict-transport-security')).toBe(false);
  });

  it('let the documentation run its own scripts, and no others', async () => {
    const policy = (await get('/docs')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self';");
    expect(policy).not.toContain('script-src');
  });

  it('keep answers to a caller out of caches', async () => {
    const { token } = await api.person();
    for (const path of ['/v1/users/me', '/v1/orders', '/v1/products', '/v1/orders/none']) {
      expect((await get(path, { authorization: `Bearer ${token}` })).headers.get('cache-control')).toBe('no-store');
    }
    expect((await get('/.well-known/jwks.json')).headers.get('cache-control')).toContain('public');
  });
});

describe('Another origin', () => {
  it('that is listed may read answers and send requests', async () => {
    const answer = await get('/v1/products', { origin: SHOP });
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
    expect(answer.headers.get('vary')).toContain('Origin');
    const asked = await preflight('https://office.example:8443');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://office.example:8443');
    expect(asked.headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['https://shop.example.evil.test', 'http://shop.example', 'https://shop.example:444', 'null'])(
    'such as %s may not',
    async (origin) => {
      for (const answer of [await get('/v1/products', { origin }), await preflight(origin)]) {
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );

  it('may not where none is listed', async () => {
    const closed = await startApi();
    try {
      const answer = await fetch(`${closed.url}/v1/products`, { headers: { origin: SHOP } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      const asked = await fetch(`${closed.url}/v1/products`, {
        method: 'OPTIONS',
        headers: { origin: SHOP, 'access-control-request-method': 'GET' },
      });
      expect(asked.status).toBe(405);
    } finally {
      await closed.close();
    }
  });

  it('changes nothing of what does not exist', async () => {
    expect((await get('/nowhere', { origin: SHOP })).status).toBe(404);
    expect((await fetch(`${api.url}/v1/products`, { method: 'PUT' })).status).toBe(405);
  });
});
