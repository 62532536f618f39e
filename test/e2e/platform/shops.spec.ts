import { Redis } from 'ioredis';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { PageBody, PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { type Shops, startShops, type Way } from '../../support/shops.js';

// Several processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

type RunningShop = Shops['default'];

const names = ['default', 'north', 'south'] as const;
type Name = (typeof names)[number];
const EMAIL = 'ada@till.test';
const PASSWORD = 'a long enough password';
const KEY = 'the-same-key-in-all-shops';

let shops: Shops;
/** One for each shop. */
let receivers: Readonly<Record<Name, Receiver>>;
let products: Record<Name, ProductBody>;
let tokens: Record<Name, string>;
let keys: Record<Name, string>;

const of = async <T>(make: (shop: RunningShop, name: Name) => Promise<T>): Promise<Record<Name, T>> => {
  const made: [Name, T][] = [];
  for (const name of names) made.push([name, await make(shops[name], name)]);
  return Object.fromEntries(made) as Record<Name, T>;
};
/** All pairs of shops. */
const pairs = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const));
const signIn = (api: RunningShop, password = PASSWORD) =>
  api.post<{ accessToken: string }>('/v1/auth/login', { key: null, body: { email: EMAIL, password } });

const confirmed = (mails: readonly string[]) => mails.filter((mail) => /^Subject: .*order/im.test(mail)).length;
/** What a key of Redis begins with when it is one of a further shop. */
const startOf = (key: string) => /^till:shop:\w+:/.exec(key)?.[0] ?? '';
const expected = (total: number) => ({ totals: [total], products: 1, sold: total, balanced: true, failed: [] });
const told = (name: Name) =>
  receivers[name].received.map(({ raw }) => JSON.parse(raw.toString()) as { id: string; type: string });

describe.each<Way>(['apart', 'together'])('Shops of one database and one Redis, served %s,', (way) => {
  beforeAll(async () => {
    shops = await startShops({ WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32' }, way);
    receivers = { default: await startReceiver(), north: await startReceiver(), south: await startReceiver() };
    await of(async (api, name) => {
      const body = { url: receivers[name].url, types: ['order.*', 'user.*', 'payment.*'] };
      const { token } = await api.admin();
      await api.post('/v1/webhook-endpoints', { token, body });
    });
  }, 240_000);
  afterAll(async () => {
    for (const receiver of Object.values(receivers ?? {})) await receiver.close();
    await shops?.close();
  });

  it('have accounts, products, keys and orders of the same names', async () => {
    const body = { email: EMAIL, password: PASSWORD, name: 'Ada' };
    const registered = await of((api) => api.post('/v1/auth/register', { key: 'register-ada', body }));
    expect(names.map((name) => registered[name].status)).toEqual([201, 201, 201]);
    tokens = await of(async (shop) => (await signIn(shop)).body.accessToken);
    products = await of((api) => api.product(5, { sku: 'MUG' }));
    keys = await of(async (api) => {
      const { token } = await api.admin();
      const made = await api.post<{ key: string }>('/v1/api-keys', {
        key: null,
        token,
        body: { name: 'ERP', scopes: ['orders:read'] },
      });
      return made.body.key;
    });
    const quantity = { default: 1, north: 2, south: 3 };
    const placed = await of((api, name) => {
      const lines = [{ productId: products[name].id, quantity: quantity[name] }];
      const order = { lines, payment: { paymentMethod: 'pm_ok' } };
      return api.post<PlacedOrderBody>('/v1/orders', { key: KEY, token: tokens[name], body: order });
    });
    expect(names.map((name) => [placed[name].status, placed[name].body.paymentStatus])).toEqual(
      names.map(() => [201, 'paid']),
    );
    const numbers = names.map((name) => placed[name].body.number);
    expect(new Set(numbers).size).toBe(1);
  });

  it('count and list only what is theirs, and their books balance', async () => {
    const seen = await of(async (api) => {
      const orders = await api.get<PageBody<{ total: number }>>('/v1/orders', await api.admin());
      const found = await api.get<PageBody<unknown>>('/v1/products?q=mug', await api.admin());
      const [{ sold }] = (await api.sql('SELECT sum(amount)::int AS sold FROM ledger_entries WHERE amount > 0')) as [
        { sold: number },
      ];
      const { balanced, checks } = await api.proof();
      const failed = checks.filter(({ holds }) => !holds);
      return {
        totals: orders.body.data.map(({ total }) => total),
        products: found.body.data.length,
        sold,
        balanced,
        failed,
      };
    });
    expect(seen).toEqual({ default: expected(1000), north: expected(2000), south: expected(3000) });
  });

  it('keep stock of their own', async () => {
    const stock = await of(async (api, name) => (await api.stockOf(products[name])).available);
    expect(stock).toEqual({ default: 4, north: 3, south: 2 });
  });

  it('replay an answer only to the caller of the same shop', async () => {
    const lines = [{ productId: products.north.id, quantity: 2 }];
    const body = { lines, payment: { paymentMethod: 'pm_ok' } };
    const again = await shops.north.post<PlacedOrderBody>('/v1/orders', { key: KEY, token: tokens.north, body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await shops.north.stockOf(products.north)).available).toBe(3);
  });

  it('tell events and mails once, and only those of their own', async () => {
    await expect
      .poll(() => of((api) => api.sql('SELECT FROM outbox LIMIT 1').then((rows) => rows.length)), {
        timeout: 60_000,
      })
      .toEqual({ default: 0, north: 0, south: 0 });
    await expect
      .poll(() => names.map((name) => told(name).filter(({ type }) => type === 'order.confirmed').length), {
        timeout: 60_000,
      })
      .toEqual([1, 1, 1]);
    for (const name of names) {
      const own = new Set((await shops[name].sql('SELECT id FROM events')).map(({ id }) => id));
      expect(told(name).filter(({ id }) => !own.has(decodeId('evt', id)))).toEqual([]);
    }
    const all = names.flatMap((name) => told(name).map(({ id }) => id));
    expect(new Set(all).size).toBe(all.length);
    await expect
      .poll(() => of(async (shop) => confirmed(await shop.mails())), { timeout: 60_000 })
      .toEqual({ default: 1, north: 1, south: 1 });
  });

  it('issue tokens for an audience of their own', () => {
    expect(names.map((name) => decodeJwt(tokens[name]).aud)).toEqual(['till', 'till:shop:north', 'till:shop:south']);
  });

  it.each(pairs)('%s: its tokens and keys are strange to %s', async (one, other) => {
    const api = shops[other];
    for (const token of [tokens[one], keys[one], (await shops[one].admin()).token]) {
      expect(await api.request('GET /v1/orders', { token })).toMatchObject({ status: 401 });
    }
    expect((await shops[one].request('GET /v1/orders', { token: keys[one] })).status).toBe(200);
  });

  it.each(pairs)('%s: its orders are nowhere in %s', async (one, other) => {
    const { body } = await shops[one].get<PageBody<{ id: string }>>('/v1/orders', await shops[one].admin());
    const api = shops[other];
    expect((await api.get(`/v1/orders/${body.data[0]!.id}`, await api.admin())).status).toBe(404);
    const lines = [{ productId: products[one].id, quantity: 1 }];
    const placed = await api.post('/v1/orders', { token: tokens[other], body: { lines } });
    expect([400, 404, 409]).toContain(placed.status);
  });

  it('slow down who guesses passwords in one of them alone', async () => {
    const tries = [];
    for (let count = 0; count < 12; count += 1) tries.push((await signIn(shops.north, 'wrong password')).status);
    expect(tries).toContain(429);
    expect((await signIn(shops.south)).status).toBe(200);
    expect((await signIn(shops.default)).status).toBe(200);
  });

  it('change what is kept in memory in their own processes alone', async () => {
    const read = (name: Name) =>
      shops[name].get<ProductBody>(`/v1/products/${products[name].id}`, { id: '', token: tokens[name] });
    const { token } = await shops.south.admin();
    const { headers } = await read('south');
    const change = { token, body: { name: 'Cup' }, headers: { 'if-match': headers.get('etag')! } };
    expect((await shops.south.request(`PATCH /v1/products/${products.south.id}`, change)).status).toBe(200);
    expect(await of((_, name) => read(name).then(({ body }) => body.name))).toEqual({
      default: 'Mug',
      north: 'Mug',
      south: 'Cup',
    });
  });

  it('have keys of their own in Redis', async () => {
    const redis = new Redis(shops.redisUrl);
    const found = (await redis.keys('*')).filter((key) => !key.startsWith('test:'));
    redis.disconnect();
    const kinds = Map.groupBy(found, startOf);
    expect([...kinds.keys()].toSorted()).toEqual(['', 'till:shop:north:', 'till:shop:south:']);
  });
});
