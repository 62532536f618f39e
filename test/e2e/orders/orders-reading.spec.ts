import { beforeAll, describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { OrderBody, PageBody, ProductBody } from '../../support/bodies.js';
import { api, mug, scenario, shopper, stranger } from '../../support/scenario.js';

/** The shopper's orders, newest first. */
let ids: string[];

scenario({ people: ['shopper', 'stranger'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  ids = [];
  for (let n = 0; n < 5; n++) ids.unshift((await place(shopper)).id);
  await place(stranger);
});

const place = async (person: Person) => (await api.place(person, [{ productId: mug.id, quantity: 1 }])).body;
const list = (person: Person, query = '') => api.get<PageBody<OrderBody>>(`/v1/orders${query}`, person);
const idsOf = ({ body }: Awaited<ReturnType<typeof list>>) => body.data.map(({ id }) => id);

describe('GET /v1/orders', () => {
  it('shows a customer their own, newest first, each as it is read alone', async () => {
    const { body } = await list(shopper);
    expect(body.data.map(({ id }) => id)).toEqual(ids);
    expect(body.nextCursor).toBeNull();
    expect(body.data[0]).toEqual((await api.get(`/v1/orders/${ids[0]}`, shopper)).body);
  });

  it('goes through all pages by cursor or by Link, each order once', async () => {
    const [byCursor, byLink]: [string[], string[]] = [[], []];
    for (let query: string | null = '?limit=2'; query;) {
      const page = await list(shopper, query);
      byCursor.push(...idsOf(page));
      query = page.body.nextCursor && `?limit=2&cursor=${page.body.nextCursor}`;
    }
    for (let path: string | undefined = '/v1/orders?limit=2'; path;) {
      const page: Awaited<ReturnType<typeof list>> = await api.get(path, shopper);
      byLink.push(...idsOf(page));
      path = /^<(\/[^>]*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(byCursor).toEqual(ids);
    expect(byLink).toEqual(ids);
  });

  it('keeps its place while orders come in', async () => {
    const first = await list(shopper, '?limit=3');
    const placed = await place(shopper);
    const second = await list(shopper, `?limit=3&cursor=${first.body.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    ids.unshift(placed.id);
  });

  it('shows staff everybody, one customer, or one status', async () => {
    const support = await api.person('support');
    const everybody = (await list(support)).body.data.map(({ customerId }) => customerId);
    expect(new Set(everybody)).toEqual(new Set([shopper.id, stranger.id]));
    expect(idsOf(await list(support, `?customerId=${shopper.id}`))).toEqual(ids);
    await api.post(`/v1/orders/${ids[0]}/cancellation`, { token: shopper.token });
    expect(idsOf(await list(support, '?status=cancelled'))).toEqual([ids[0]]);
    expect(idsOf(await list(shopper, '?status=pending'))).toEqual(ids.slice(1));
  });

  it('shows a customer nobody else’s, whatever they ask for', async () => {
    expect(idsOf(await list(stranger, `?customerId=${shopper.id}`))).not.toContain(ids[0]);
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=9007199254740993', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['cursor=!', '/cursor'],
    [`cursor=${Buffer.from('["x"]').toString('base64url')}`, '/cursor'],
    [`cursor=${Buffer.from('{}').toString('base64url')}`, '/cursor'],
    [`cursor=${'a'.repeat(501)}`, '/cursor'],
    ['status=paid', '/status'],
    ['customerId=usr_1', '/customerId'],
    ['page=2', '/page'],
    ['limit[a]=1', '/limit[a]'],
  ])('refuses ?%s', async (query, pointer) => {
    expect(await list(shopper, `?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [expect.objectContaining({ pointer })] },
    });
  });

  it('refuses the cursor of another list', async () => {
    await api.product();
    const products = await api.get<PageBody<ProductBody>>('/v1/products?limit=1&sort=name', shopper);
    expect(products.body.nextCursor).toEqual(expect.any(String));
    expect((await list(shopper, `?cursor=${products.body.nextCursor}`)).status).toBe(400);
  });
});

describe('GET /v1/orders/:id', () => {
  it('answers 304 while nothing has changed, and the new order once something has', async () => {
    const { id } = await place(shopper);
    const read = (etag?: string) =>
      api.get<OrderBody>(`/v1/orders/${id}`, shopper, etag ? { 'if-none-match': etag } : {});
    const etag = (await read()).headers.get('etag')!;
    expect(etag).toMatch(/^"1-[\w-]+"$/);
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      expect(await read(sent)).toMatchObject({ status: 304, text: '' });
    }
    await api.post(`/v1/orders/${id}/cancellation`, { token: shopper.token });
    const changed = await read(etag);
    expect(changed).toMatchObject({ status: 200, body: { status: 'cancelled', version: 2 } });
    expect(changed.headers.get('etag')).toMatch(/^"2-/);
  });

  it('is 404 for somebody else’s, for none, and for ids of another form or kind, and the same to the eye', async () => {
    const { id } = await place(shopper);
    const missing = [id, encodeId('ord', newId<'ord'>()), mug.id, 'ord_', `${id}x`, id.toUpperCase(), newId(), '1'];
    for (const each of missing) {
      expect(await api.get(`/v1/orders/${each}`, stranger)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });

  it.each([
    ['support', 200],
    ['finance', 200],
    ['admin', 200],
    ['catalog_manager', 404],
    ['customer', 404],
  ] as const)('shows %s somebody else’s order with %i', async (role, status) => {
    const { id } = await place(shopper);
    expect((await api.get(`/v1/orders/${id}`, await api.person(role))).status).toBe(status);
  });

  it.each(['fulfillments', 'payments', 'timeline'])('shows %s only to those who may see the order', async (part) => {
    const { id } = await place(shopper);
    expect((await api.get(`/v1/orders/${id}/${part}`, shopper)).status).toBe(200);
    expect((await api.get(`/v1/orders/${id}/${part}`, stranger)).status).toBe(404);
    expect((await api.get(`/v1/orders/${encodeId('ord', newId<'ord'>())}/${part}`, shopper)).status).toBe(404);
  });
});
