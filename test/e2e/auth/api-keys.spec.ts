import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi } from '../../support/api.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

interface KeyBody {
  readonly id: string;
  readonly key: string;
  readonly prefix: string;
  readonly scopes: string[];
  readonly lastUsedAt: string | null;
}

let redis: OwnServer;
let api: Api;
let admin: Person;
beforeAll(async () => {
  redis = await ownRedis();
  api = await startApi({ REDIS_URL: redis.url, TRUST_PROXY: '127.0.0.1' });
  admin = await api.admin();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await api?.close();
  await redis?.remove();
});

let ahead = 0;
/** The time by which the api measures how old what it knows is runs ahead. */
function secondsPass(seconds: number): void {
  ahead += seconds * 1000;
  const began = performance.timeOrigin;
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - began + ahead);
}

const mint = (given: object = {}, token = admin.token) =>
  api.post<KeyBody>('/v1/api-keys', { token, body: { name: 'ERP', scopes: ['orders:read'], ...given }, key: null });
const orders = (token: string, headers = {}) => api.request('GET /v1/orders', { token, headers });
const problem = (status: number, code: string) => ({ status, body: { code } });

describe('an API key', () => {
  it('is shown once, and only its hash is kept', async () => {
    const { status, body, headers } = await mint();
    expect({ status, cache: headers.get('cache-control') }).toEqual({ status: 201, cache: 'no-store' });
    expect(body.key).toMatch(/^till_live_[0-9a-f]{12}_[\w-]{43}$/);
    const read = await api.get<KeyBody>(`/v1/api-keys/${body.id}`, admin);
    expect(read.body).toMatchObject({ id: body.id, prefix: body.key.slice(0, 22), lastUsedAt: null });
    const secret = body.key.slice(23);
    const everything = await api.sql('SELECT api_keys::text AS row FROM api_keys');
    expect([read.text, JSON.stringify(everything)].filter((text) => text.includes(secret))).toEqual([]);
    const kept = await api.sql('SELECT FROM idempotency_keys WHERE position($1 in body) > 0', [secret]);
    expect(kept).toEqual([]);
  });

  it('may do what its scopes allow, of everybody, and nothing else', async () => {
    const [ada, mug, { body }] = [await api.person(), await api.product(), await mint()];
    const order = (await api.place(ada, [{ productId: mug.id, quantity: 1 }])).body;
    expect(await api.get(`/v1/orders/${order.id}`, { id: '', token: body.key })).toMatchObject({ status: 200 });
    const cancel = await api.post(`/v1/orders/${order.id}/cancellation`, { token: body.key });
    expect(cancel).toMatchObject(problem(403, 'forbidden'));
    expect(await api.request('GET /v1/users/me', { token: body.key })).toMatchObject(problem(403, 'not_for_api_keys'));
    expect(await api.request('GET /v1/products', { token: body.key })).toMatchObject({ status: 200 });
  });

  it('owns nothing: what belongs to whoever made it needs a scope as well', async () => {
    const [{ body }, mug] = [await mint({ scopes: ['stock:read'] }), await api.product()];
    expect(await orders(body.key)).toMatchObject(problem(403, 'forbidden'));
    const order = (await api.place(admin, [{ productId: mug.id, quantity: 1 }])).body;
    expect(await api.get(`/v1/orders/${order.id}`, { id: '', token: body.key })).toMatchObject(
      problem(403, 'forbidden'),
    );
    const placing = (await mint({ scopes: ['orders:write'] })).body.key;
    const given = { given: { customerId: admin.id, payment: { paymentMethod: 'pm_ok' } } };
    expect(await api.place({ id: '', token: placing }, [{ productId: mug.id, quantity: 1 }], given)).toMatchObject(
      problem(403, 'forbidden'),
    );
  });

  it('notes its last use', async () => {
    const { body } = await mint();
    await orders(body.key);
    await expect
      .poll(async () => (await api.get<KeyBody>(`/v1/api-keys/${body.id}`, admin)).body.lastUsedAt)
      .toMatch(/^20/);
  });

  it('works from the addresses on its list alone', async () => {
    const { key } = (await mint({ addresses: ['192.0.2.0/24', '2001:db8::/32'] })).body;
    const from = (address: string) => orders(key, { 'x-forwarded-for': address });
    expect((await from('192.0.2.77')).status).toBe(200);
    expect((await from('2001:db8::7')).status).toBe(200);
    expect(await from('198.51.100.7')).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('address') },
    });
  });

  it('has a rate limit of its own', async () => {
    const [{ key }, other] = [(await mint({ requestsPerMinute: 2 })).body, (await mint()).body];
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await orders(key)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await orders(key)).headers.get('ratelimit-policy')).toContain('"key";q=2;w=60');
    expect((await orders(other.key)).status).toBe(200);
    expect((await orders(admin.token)).status).toBe(200);
  });

  it('ends when it expires', async () => {
    const { body } = await mint({ expiresInDays: 1 });
    await api.sql('ALTER TABLE api_keys DISABLE TRIGGER api_keys_fixed');
    await api.sql(`UPDATE api_keys SET expires_at = created_at + interval '1 millisecond' WHERE id = $1`, [
      decodeId('key', body.id),
    ]);
    await api.sql('ALTER TABLE api_keys ENABLE TRIGGER api_keys_fixed');
    expect(await orders(body.key)).toMatchObject(problem(401, 'unauthenticated'));
  });

  it.each([
    ['no scope', { scopes: [] }],
    ['a scope that makes keys', { scopes: ['api_keys:write'] }],
    ['an unknown scope', { scopes: ['orders:burn'] }],
    ['no end', { expiresInDays: 366 }],
    ['a host', { addresses: ['localhost'] }],
    ['a blank name', { name: ' ' }],
  ])('is refused with %s', async (_, given) => {
    expect(await mint(given)).toMatchObject(problem(400, 'validation_failed'));
  });

  it('has one effect per Idempotency-Key, apart from what its owner sends under the same key', async () => {
    const [ada, mug, { key }] = [
      await api.person(),
      await api.product(),
      (await mint({ scopes: ['orders:read', 'orders:write'] })).body,
    ];
    const lines = [{ productId: mug.id, quantity: 1 }];
    const place = (token: string) => api.place({ id: '', token }, lines, { key: 'k1', given: { customerId: ada.id } });
    const [first, again, owners] = [await place(key), await place(key), await place(admin.token)];
    expect(again.text).toBe(first.text);
    expect(owners.body.id).not.toBe(first.body.id);
  });

  it('gets no rights later, also not past the api', async () => {
    const { body } = await mint();
    const widened = api.sql(`UPDATE api_keys SET scopes = '{users:write}' WHERE id = $1`, [decodeId('key', body.id)]);
    await expect(widened).rejects.toThrow('append-only');
    await api.request(`DELETE /v1/api-keys/${body.id}`, { token: admin.token });
    const revived = api.sql('UPDATE api_keys SET revoked_at = NULL WHERE id = $1', [decodeId('key', body.id)]);
    await expect(revived).rejects.toThrow('append-only');
  });
});

describe('nobody makes, sees or revokes a key that may do more than they', () => {
  it('with a role that makes keys', async () => {
    const role = { name: 'integrator', permissions: ['api_keys:write', 'orders:read'] };
    await api.post('/v1/roles', { token: admin.token, body: role });
    const clerk = await api.person('integrator' as never);
    const [mighty, modest] = [await mint({ scopes: ['payments:refund'] }), await mint({}, clerk.token)];
    expect(modest.status).toBe(201);
    expect(await mint({ scopes: ['payments:refund'] }, clerk.token)).toMatchObject(problem(403, 'forbidden'));
    const absent = problem(404, 'not_found');
    expect(await api.get(`/v1/api-keys/${mighty.body.id}`, clerk)).toMatchObject(absent);
    expect(await api.request(`DELETE /v1/api-keys/${mighty.body.id}`, { token: clerk.token })).toMatchObject(absent);
    const seen = await api.get<{ data: KeyBody[] }>('/v1/api-keys?limit=100', clerk);
    expect(seen.body.data.map(({ id }) => id)).toContain(modest.body.id);
    expect(seen.body.data.flatMap(({ scopes }) => scopes).filter((scope) => scope !== 'orders:read')).toEqual([]);
  });
});

describe.each([
  ['up', async () => undefined],
  ['down', () => redis.stop()],
])('with Redis %s, within a minute', (_, prepare) => {
  beforeAll(prepare);

  it('a revoked key stops', async () => {
    const { body } = await mint();
    expect((await orders(body.key)).status).toBe(200);
    expect((await api.request(`DELETE /v1/api-keys/${body.id}`, { token: admin.token })).status).toBe(204);
    secondsPass(59);
    expect(await orders(body.key)).toMatchObject(problem(401, 'unauthenticated'));
  });

  it('a key loses what its owner loses, and stops with the account', async () => {
    const eve = await api.person('admin');
    const [reading, placing] = [
      (await mint({}, eve.token)).body.key,
      (await mint({ scopes: ['stock:read'] }, eve.token)).body.key,
    ];
    expect((await orders(reading)).status).toBe(200);
    await api.tokenFor(eve, 'catalog_manager');
    secondsPass(59);
    expect(await orders(reading)).toMatchObject(problem(403, 'forbidden'));
    const mug = await api.product();
    expect((await api.get(`/v1/products/${mug.id}/stock-movements`, { id: '', token: placing })).status).toBe(200);
    await api.sql(`UPDATE users SET status = 'disabled' WHERE id = $1`, [decodeId('usr', eve.id)]);
    secondsPass(59);
    expect(await orders(reading)).toMatchObject(problem(401, 'unauthenticated'));
  });
});
