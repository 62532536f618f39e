import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Person } from '../../support/api.js';
import type { OrderBody, ProductBody } from '../../support/bodies.js';
import type { Answer } from '../../support/http-client.js';
import { type Asked, requestsOf } from '../../support/matrix-world.js';
import type { OpenApi } from '../../support/openapi.js';
import { contentOf, idsOf, keysOf, type ShopApi, startShopApis, twinsIn } from '../../support/shop-apis.js';
import { neverExisted, publicIdsIn, withoutIds, withoutTimes } from '../../support/strange-ids.js';
import { matrix } from '../auth/permission-matrix.js';

vi.setConfig({ testTimeout: 60_000 });

const lines = Object.keys(matrix);
/** What reads lists, totals and reports, but for the one that leaves an entry in the audit log. */
const reads = lines.filter((line) => /^GET [^{]+$/.test(line) && line !== 'GET /v1/users/me/export');
const KEY = 'the-same-key-in-both';

let north: ShopApi;
let south: ShopApi;
let close: (() => Promise<void>) | undefined;
/** The same administrator, with the same session, in both: only the token's audience says which shop it is for. */
let bosses: Readonly<Record<'north' | 'south', Person>>;
let same: Readonly<Record<'north' | 'south', Same>>;
/** What north read before south had anything. */
let readBefore: Readonly<Record<string, string>>;
/** A request of each operation about what is south's. */
let southern: Readonly<Record<string, Asked>>;
let southernKey: string;
let southernIds: ReadonlySet<string>;
let contentBefore: object;
let keysBefore: Readonly<Record<string, unknown>>;
let redisUrl: string;

beforeAll(async () => {
  const shops = await startShopApis();
  ({ north, south, close, redisUrl } = shops);
  bosses = await twinsIn({ north, south }, 'admin');
  const sameInNorth = await makeSame(north, bosses.north);
  await requestsOf(north, await north.person());
  await readAll();
  readBefore = await readAll();
  same = { north: sameInNorth, south: await makeSame(south, bosses.south) };
  const requests = await requestsOf(south, await south.person());
  const made: [string, Asked][] = [];
  for (const line of lines) made.push([line, await requests[line]!()]);
  southern = Object.fromEntries(made);
  // The role that the matrix reads is built in.
  southern = { ...southern, 'GET /v1/roles/{name}': { id: southern['PATCH /v1/roles/{name}']!.id! } };
  southernKey = await keyOf(south);
  const northernIds = await idsOf(north);
  southernIds = new Set([...(await idsOf(south))].filter((id) => !northernIds.has(id)));
  contentBefore = await contentOf(south);
  keysBefore = await keysOf(redisUrl, south);
}, 240_000);
afterAll(() => close?.());

interface Same {
  readonly product: Answer<ProductBody>;
  readonly order: Answer<OrderBody>;
  readonly place: () => Promise<Answer<OrderBody>>;
}

/** A product and an order with the names, keys and numbers that the other shop has as well. */
async function makeSame(api: ShopApi, { token }: Person): Promise<Same> {
  const mug = { sku: 'MUG', name: 'Mug', price: { amount: 1000, currency: 'EUR' }, stock: { onHand: 9 } };
  const product = await api.post<ProductBody>('/v1/products', { token, key: KEY, body: mug });
  const body = { lines: [{ productId: product.body.id, quantity: 1 }] };
  const place = () => api.post<OrderBody>('/v1/orders', { token, key: KEY, body });
  return { product, order: await place(), place };
}

async function keyOf(api: ShopApi): Promise<string> {
  const body = { name: 'ERP', scopes: ['orders:read', 'catalog:write'] };
  return (await api.post<{ key: string }>('/v1/api-keys', { token: (await api.admin()).token, body })).body.key;
}

const ask = (api: ShopApi, line: string, { id = '', body, headers }: Asked, token: string) => {
  const key = line.startsWith('POST') && { 'idempotency-key': randomUUID() };
  return api.request(line.replace(/\{\w+\}/, id), { token, body, headers: { ...key, ...headers } });
};

async function readAll(): Promise<Record<string, string>> {
  const read: [string, string][] = [];
  for (const line of reads) {
    const { status, text } = await ask(north, line, {}, bosses.north.token);
    read.push([line, `${status} ${withoutTimes(text)}`]);
  }
  return Object.fromEntries(read);
}

/** Ids of south in an answer, but those that were sent. */
const seen = ({ text }: Answer<unknown>, sent: Asked) => {
  const known = new Set(publicIdsIn(JSON.stringify(sent)));
  return publicIdsIn(text).filter((id) => southernIds.has(id) && !known.has(id));
};

describe('Two shops in one process, one database and one Redis', () => {
  it('are asked each operation of the OpenAPI document', async () => {
    const { paths } = (await north.request<OpenApi>('GET /openapi.json')).body;
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(lines.toSorted()).toEqual(operations.toSorted());
  });

  it('have accounts, products, keys and order numbers of the same names', async () => {
    const { north: ours, south: theirs } = same;
    expect([ours.product, theirs.product, ours.order, theirs.order].map(({ status }) => status)).toEqual([
      201, 201, 201, 201,
    ]);
    expect(theirs.order.body.number).toBe(ours.order.body.number);
    expect(theirs.product.body.id).not.toBe(ours.product.body.id);
    const again = await ours.place();
    expect([again.headers.get('idempotent-replayed'), again.text]).toEqual(['true', ours.order.text]);
  });

  it('read, count and sum up nothing of each other', async () => {
    expect(await readAll()).toEqual(readBefore);
  });

  it.each(lines)('%s', async (line) => {
    const asked = southern[line]!;
    const [byNobody] = matrix[line]!;
    const ofNoShop = await ask(north, line, asked, 'no-token-of-any-shop');
    expect(byNobody === 401 ? ofNoShop.status : 401).toBe(401);
    for (const token of [bosses.south.token, southernKey]) {
      const answer = await ask(north, line, asked, token);
      expect(answer.status).toBe(ofNoShop.status);
      expect(seen(answer, asked)).toEqual([]);
    }
    const answer = await ask(north, line, asked, bosses.north.token);
    expect(seen(answer, asked)).toEqual([]);
    const other = neverExisted(asked);
    if (!other) return;
    const ofNone = await ask(north, line, other, bosses.north.token);
    expect(withoutIds(answer, asked)).toEqual(withoutIds(ofNone, other));
  });

  it('change nothing of each other', async () => {
    expect(await contentOf(south)).toEqual(contentBefore);
    // Keys of Redis expire.
    expect(keysBefore).toMatchObject(await keysOf(redisUrl, south));
  });

  it('take the tokens and keys that the other refused', async () => {
    for (const token of [bosses.south.token, southernKey]) {
      expect((await ask(south, 'GET /v1/orders', {}, token)).status).toBe(200);
    }
  });
});
