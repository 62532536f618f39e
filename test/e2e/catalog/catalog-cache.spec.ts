import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiModule } from '../../../src/api.module.js';
import { createHttpApp } from '../../../src/platform/http/index.js';
import { loadConfig } from '../../../src/settings.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PageBody, ProductBody } from '../../support/bodies.js';
import { httpClient, type HttpClient, type RequestOptions } from '../../support/http-client.js';
import { scrape } from '../../support/metrics.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

/** How soon a change must be visible everywhere, in milliseconds. */
const SOON_MS = 1000;
const AT_LAST = { timeout: 10_000, interval: 20 };

let redis: OwnServer;
let other: NestFastifyApplication;
/** Requests to the api, and to another process of it. */
let here: HttpClient;
let there: HttpClient;
let mug: ProductBody;
scenario({
  people: ['shopper', 'admin'],
  env: async () => {
    redis = await ownRedis();
    return { REDIS_URL: redis.url };
  },
});
beforeAll(async () => {
  other = await createHttpApp(ApiModule, loadConfig(api.settings));
  await other.listen(0, '127.0.0.1');
  [here, there] = [api.request, httpClient(await other.getUrl())];
});
beforeEach(async () => {
  mug = await api.product(1000);
  for (const at of [here, there]) await vi.waitFor(() => isKept(at), AT_LAST);
});
afterAll(async () => {
  await other?.close();
  await redis?.remove();
});

const page = async (at: HttpClient, options: RequestOptions = {}) =>
  at<ProductBody>(`GET /v1/products/${mug.id}`, options);
const list = async (at: HttpClient, options: RequestOptions = {}) =>
  at<PageBody<ProductBody>>('GET /v1/products?limit=100', options);
const available = async (at: HttpClient) => (await page(at)).body.stock.available;
/** Reads all the time until a change shows that has just been made. Returns when the last read without it began, in milliseconds after it. */
async function staleFor(isShown: () => Promise<boolean>): Promise<number> {
  const changedAt = performance.now();
  for (let last = 0; ;) {
    const began = performance.now() - changedAt;
    if (last > SOON_MS || (await isShown())) return last;
    last = began;
  }
}
const firstOfList = (headers = {}) => here('GET /v1/products?limit=1', { headers });
const rename = (name: string) =>
  here<ProductBody>(`PATCH /v1/products/${mug.id}`, { token: admin.token, body: { name } });
/** A change that no process of Till knows of. */
const renameUnheard = (name: string) =>
  api.sql('UPDATE products SET name = $2 WHERE id = $1', [decodeId('prd', mug.id), name]);

/** Both processes count in this one. */
async function hits(of: 'product' | 'list'): Promise<number> {
  return (await scrape(api.url)).series.get(`till_catalog_reads_total{of="${of}",served="hit"}`)!;
}
async function isKept(at: HttpClient): Promise<void> {
  const before = await hits('product');
  await page(at);
  expect(await hits('product')).toBe(before + 1);
}

describe('A product page', () => {
  it('comes from memory, and so does 304', async () => {
    const { headers, body } = await page(here);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual(mug);
    await vi.waitFor(async () => {
      const before = await hits('product');
      const known = await page(here, { headers: { 'if-none-match': headers.get('etag')! } });
      expect([known.status, known.text, await hits('product')]).toEqual([304, '', before + 1]);
    }, AT_LAST);
  });

  it('shows a change at once to everybody here, and soon there', async () => {
    for (let time = 0; time < 20; time += 1) {
      const { body: changed, headers } = await rename(`Mug ${time}`);
      const shown = await page(here);
      expect([shown.body, shown.headers.get('etag')]).toEqual([changed, headers.get('etag')]);
    }
    expect(await staleFor(async () => (await page(there)).body.name === 'Mug 19')).toBeLessThan(SOON_MS);
  });

  it('shows a change at once there to whoever made it, asks for what is current, or has seen it', async () => {
    for (let time = 0; time < 20; time += 1) {
      await page(there);
      const { body: changed, headers } = await rename(`Cup ${time}`);
      const asked = await Promise.all([
        page(there, { token: admin.token }),
        page(there, { headers: { 'cache-control': 'no-cache' } }),
      ]);
      expect(asked.map(({ body }) => body)).toEqual([changed, changed]);
      const seen = await page(there, { headers: { 'if-none-match': headers.get('etag')! } });
      expect(seen.status).toBe(304);
    }
  });

  it('shows what orders take at once here, and soon there', async () => {
    for (let left = 997; left >= 985; left -= 3) {
      const three = Array.from({ length: 3 }, () => api.place(shopper, [{ productId: mug.id, quantity: 1 }]));
      expect((await Promise.all(three)).map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(await available(here)).toBe(left);
    }
    expect(await staleFor(async () => (await available(there)) === 985)).toBeLessThan(SOON_MS);
    await here(`POST /v1/products/${mug.id}/stock-adjustments`, {
      token: admin.token,
      headers: { 'idempotency-key': mug.id },
      body: { delta: 15, reason: 'found' },
    });
    expect(await available(here)).toBe(1000);
  });

  it('shows a change that nobody was told of within a second, also while it is read all the time', async () => {
    for (const name of ['One', 'Two', 'Three']) {
      await renameUnheard(name);
      expect(await staleFor(async () => (await page(there)).body.name === name)).toBeLessThan(SOON_MS);
    }
  });

  it('is nobody’s any more once the product is archived, but of staff', async () => {
    await here(`DELETE /v1/products/${mug.id}`, { token: admin.token });
    expect((await page(here)).status).toBe(404);
    expect((await page(here, { token: admin.token })).status).toBe(200);
    expect((await page(here)).status).toBe(404);
    expect(await staleFor(async () => (await page(there)).status === 404)).toBeLessThan(SOON_MS);
  });
});

describe('A list', () => {
  it('comes from memory with its link, and so does 304', async () => {
    await api.product();
    const first = await firstOfList();
    const again = await vi.waitFor(async () => {
      const before = await hits('list');
      const read = await firstOfList();
      const known = await firstOfList({ 'if-none-match': first.headers.get('etag')! });
      expect([read.text, known.status, await hits('list')]).toEqual([first.text, 304, before + 2]);
      return read;
    }, AT_LAST);
    expect(again.headers.get('link')).toContain('/v1/products?limit=1&cursor=');
    expect(again.headers.get('link')).toBe(first.headers.get('link'));
  });

  it('shows what is new, what changed and what was ordered at once here, and soon there', async () => {
    await list(there);
    const { id } = await api.product();
    const ids = async (at: HttpClient) => (await list(at)).body.data.map((product) => product.id);
    expect(await ids(here)).toContain(id);
    expect(await staleFor(async () => (await ids(there)).includes(id))).toBeLessThan(SOON_MS);
    const mugIn = async (at: HttpClient) => (await list(at)).body.data.find((product) => product.id === mug.id)!;
    await mugIn(here);
    await rename('Listed');
    expect((await mugIn(here)).name).toBe('Listed');
    await api.place(shopper, [{ productId: mug.id, quantity: 4 }]);
    expect((await mugIn(here)).stock.reserved).toBe(4);
    expect(await staleFor(async () => (await mugIn(there)).stock.reserved === 4)).toBeLessThan(SOON_MS);
  });
});

describe('While Redis is away', () => {
  it('everything is read from the database, and from memory again when it is back', async () => {
    await redis.stop();
    await vi.waitFor(async () => {
      const before = await hits('product');
      await Promise.all([page(here), page(there)]);
      expect(await hits('product')).toBe(before);
    }, AT_LAST);
    for (const name of ['Away', 'Far away']) {
      await renameUnheard(name);
      expect([(await page(here)).body.name, (await page(there)).body.name]).toEqual([name, name]);
    }
    await redis.start();
    for (const at of [here, there]) await vi.waitFor(() => isKept(at), AT_LAST);
  });
});
