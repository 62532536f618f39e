import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProductBody } from '../../support/bodies.js';
import { scrape } from '../../support/metrics.js';
import { api, scenario } from '../../support/scenario.js';

/** A scheme that is no token of Till: whoever sends it is a stranger, whom the guards let pass. */
const THROUGH_GUARDS = { authorization: 'Basic eDp5' };
/** What differs between any two answers. */
const OF_EACH = ['date', 'ratelimit', 'x-request-id'];

let mug: ProductBody;
scenario({ people: [] });
beforeAll(async () => void (mug = await api.product(1000)));

const read = (url: string, headers = {}) => api.request<ProductBody>(`GET ${url}`, { headers });
const hits = async (of: string) =>
  (await scrape(api.url)).series.get(`till_catalog_reads_total{of="${of}",served="hit"}`)!;
async function untilKept(of: string, url: string): Promise<void> {
  await vi.waitFor(async () => {
    const before = await hits(of);
    await read(url);
    expect(await hits(of)).toBe(before + 1);
  }, 20_000);
}

describe.each([
  ['product', () => `/v1/products/${mug.id}`],
  ['list', () => '/v1/products?limit=5'],
])('A %s from memory', (of, address) => {
  let url: string;
  beforeEach(async () => untilKept(of, (url = address())));

  it('is what a stranger gets through the guards, in every header', async () => {
    const [early, through] = [await read(url), await read(url, THROUGH_GUARDS)];
    const named = ({ headers }: typeof early) =>
      Object.fromEntries([...headers].filter(([name]) => !OF_EACH.includes(name) && name !== 'cache-control'));
    expect([early.status, early.text, named(early)]).toEqual([through.status, through.text, named(through)]);
    expect(early.headers.get('cache-control')).toBe('no-cache');
    for (const name of OF_EACH) expect(early.headers.has(name)).toBe(true);
    expect(early.headers.get('x-request-id')).not.toBe(through.headers.get('x-request-id'));
  });

  it('counts as a request', async () => {
    const left = ({ headers }: Awaited<ReturnType<typeof read>>) =>
      Number(/r=(\d+)/.exec(headers.get('ratelimit')!)![1]);
    const [first, second] = [await read(url), await read(url)];
    expect(left(first) - left(second)).toBe(1);
  });

  it('is refused like any other with a token that is not valid, or for another media type', async () => {
    expect((await read(url, { authorization: 'Bearer none' })).status).toBe(401);
    expect((await read(url, { accept: 'text/html' })).status).toBe(406);
  });

  it('has a HEAD', async () => {
    const head = await fetch(api.url + url, { method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([
      200,
      '',
      (await read(url)).headers.get('etag'),
    ]);
  });
});

it('A query that the pipes refuse is refused for a page in memory too', async () => {
  await untilKept('product', `/v1/products/${mug.id}`);
  expect((await read(`/v1/products/${mug.id}?a=%00`)).status).toBe(400);
});
