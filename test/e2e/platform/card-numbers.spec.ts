import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OrderBody, ProductBody } from '../../support/bodies.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import type { Answer } from '../../support/http-client.js';
import { problemIn } from '../../support/problem.js';
import { redisDatabase } from '../../support/redis.js';
import { type Person, type Settings, type Shop, shopAt } from '../../support/shop.js';

const CARD = '4000056655665556';
const GROUPED = '4000 0566 5566 5556';

let database: TestDatabase;
let settings: Settings;
let api: BuiltProcess;
let worker: BuiltProcess;
let shop: Shop;
let shopper: Person;
let admin: Person;
let mug: ProductBody;
let order: OrderBody;
beforeAll(async () => {
  database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'trace', RATE_LIMIT_SCALE: '100000', PUBLIC_URL: 'http://till.test' };
  settings = { ...ways, ...servers };
  [api, worker] = await Promise.all([startBuilt('main.js', settings), startBuilt('worker.js', settings)]);
  shop = shopAt(api.url, settings);
  [shopper, admin, mug] = await Promise.all([shop.person(), shop.admin(), shop.product(100)]);
  order = (await shop.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
}, 240_000);
afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await shop?.leave();
  await database?.drop();
});

const line = () => ({ productId: mug.id, quantity: 1 });
const place = (given: object) => shop.place(shopper, [line()], { given });
const post = (path: string, body: unknown, token = admin.token) => shop.post(path, { body, token });
const price = { amount: 1, currency: 'EUR' };
const email = `${randomUUID()}@till.test`;

/** A request that holds a card number, and what the problem points at. */
const requests: [what: string, pointer: string, send: () => Promise<Answer<unknown>>][] = [
  ['metadata', '/metadata/note', () => place({ metadata: { note: CARD } })],
  ['metadata, in groups', '/metadata/note', () => place({ metadata: { note: `card ${GROUPED} 12/29` } })],
  ['metadata, deep inside', '/metadata/a/0/b', () => place({ metadata: { a: [{ b: CARD }] } })],
  ['metadata, as a number', '/metadata/pan', () => place({ metadata: { pan: Number(CARD) } })],
  ['a name in metadata', '/metadata/************5556', () => place({ metadata: { [CARD]: true } })],
  ['an address', '/shippingAddress/line1', () => place({ shippingAddress: { line1: GROUPED } })],
  ['an unknown property', '/cardNumber', () => place({ cardNumber: CARD })],
  [
    'text in JSON escapes',
    '/metadata/note',
    () => post('/v1/orders', `{"metadata":{"note":"\\u0034${CARD.slice(1)}"}}`),
  ],
  ['a payment method', '/paymentMethod', () => shop.pay(shopper, order, { paymentMethod: CARD })],
  ['a provider', '/provider', () => shop.pay(shopper, order, { provider: CARD })],
  ['a reason', '/reason', () => post(`/v1/orders/${order.id}/cancellation`, { reason: `wrong card ${GROUPED}` })],
  ['a tracking number', '/trackingNumber', () => post(`/v1/orders/${order.id}/fulfillments`, { trackingNumber: CARD })],
  ['a description', '/description', () => post('/v1/products', { sku: 'c', name: 'Mug', description: CARD, price })],
  ['a name', '/name', () => post('/v1/auth/register', { email, password: 'a long enough one', name: `Ada ${CARD}` })],
  ['a sign-in', '/email', () => post('/v1/auth/login', { email: `${CARD}@till.test`, password: 'a long enough one' })],
  ['a stock adjustment', '/reason', () => post(`/v1/products/${mug.id}/stock-adjustments`, { delta: 1, reason: CARD })],
  ['the X-Request-Id', '/x-request-id', () => shop.get('/v1/orders', shopper, { 'x-request-id': `r-${CARD}` })],
  ['a query', '', () => shop.get(`/v1/products?q=${CARD}`, shopper)],
  ['a query, percent-encoded', '', () => shop.get(`/v1/products?q=%34${CARD.slice(1)}`, shopper)],
  ['a query, in groups', '', () => shop.get(`/v1/products?q=${GROUPED.replaceAll(' ', '+')}`, shopper)],
  ['the address', '', () => shop.get(`/v1/orders/${CARD}`, shopper)],
  ['an address that is none', '', () => shop.get(`/cards/${CARD}`, shopper)],
  ['an address that can not be decoded', '', () => shop.get(`/v1/%zz/${CARD}`, shopper)],
];

describe('A card number is refused', () => {
  it.each(requests)('in %s', async (what, pointer, send) => {
    const answer = await send();
    expect(answer.text).not.toContain(CARD);
    expect(answer.headers.get('x-request-id')).not.toContain(CARD);
    const problem = problemIn(answer);
    if (what === 'an address that can not be decoded') return;
    const errors = [{ pointer, code: 'card_number_refused', message: expect.any(String) as string }];
    expect(problem).toMatchObject({ status: 400, code: 'card_number_refused', errors });
  });

  it('also as broken JSON, whose text is not repeated', async () => {
    const answer = await post('/v1/orders', `{"note":"${CARD}"`);
    expect(problemIn(answer).code).toBe('malformed_request');
    expect(answer.text).not.toContain(CARD);
  });
});

it('Numbers that only look like cards are taken', async () => {
  const metadata = { ean: '4006381333924', phone: '+4915112345017', order: '402-1234567-1234507', at: 1764000000000 };
  expect(await place({ metadata })).toMatchObject({ status: 201, body: { metadata } });
  expect(
    await post('/v1/products', { sku: '4006381334013', name: 'Mug', price: { amount: 1, currency: 'EUR' } }),
  ).toMatchObject({ status: 201 });
  const paid = await shop.pay(shopper, order);
  expect(paid).toMatchObject({ status: 201, body: { status: 'captured' } });
});

it('Codes are codes, though their digits could be a card: a sku, a GTIN, a telephone number, a key', async () => {
  const code = '4539578763621486';
  const product = await post('/v1/products', { sku: code, name: 'Mug', price, attributes: { gtin: code } });
  expect(product).toMatchObject({ status: 201, body: { sku: code } });
  expect(await shop.get(`/v1/products?sku=${code}`, shopper)).toMatchObject({
    status: 200,
    body: { data: [{ sku: code }] },
  });
  const placed = await shop.place(shopper, [line()], { key: code, given: { shippingAddress: { phone: code } } });
  expect(placed).toMatchObject({ status: 201, body: { shippingAddress: { phone: code } } });
});

describe('No card number is left', () => {
  const traces = [CARD, GROUPED, CARD.slice(6, 14)];
  const tracesIn = (text: string) => traces.filter((trace) => text.includes(trace));

  it('in any row', async () => {
    const columns = await shop.sql(`
      SELECT format('%I.%I', table_schema, table_name) AS table, quote_ident(column_name) AS column
      FROM information_schema.columns WHERE table_schema IN ('public', 'sandbox')
        AND data_type IN ('text', 'jsonb', 'json', 'ARRAY', 'character varying')`);
    expect(columns.length).toBeGreaterThan(50);
    const found = await Promise.all(
      columns.map(({ table, column }) =>
        shop.sql(
          `SELECT 1 FROM ${String(table)}
           WHERE regexp_replace(${String(column)}::text, '[^0-9a-zA-Z]', '', 'g') LIKE ANY ($1) LIMIT 1`,
          [traces.map((trace) => `%${trace}%`)],
        ),
      ),
    );
    expect(found.flat()).toEqual([]);
  });

  it('in any log line', async () => {
    await vi.waitFor(() => {
      const ofRequests = api.log().filter(({ msg }) => msg === 'request');
      expect(ofRequests.length).toBeGreaterThanOrEqual(requests.length - 1);
    }, 20_000);
    expect(tracesIn(JSON.stringify([...api.log(), ...worker.log()]))).toEqual([]);
  });

  it('in Redis', async () => {
    const redis = new Redis(settings['REDIS_URL']!);
    const keys = await redis.keys('*');
    const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
    redis.disconnect();
    expect(keys.length).toBeGreaterThan(0);
    expect(tracesIn([...keys, ...values.map((value) => value?.toString('latin1'))].join('\n'))).toEqual([]);
  });
});
