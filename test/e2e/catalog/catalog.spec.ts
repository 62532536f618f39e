import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { ProductsService } from '../../../src/catalog/index.js';
import { encodeId, newId } from '../../../src/shared/ids.js';
import { type ProductBody, startCatalogApi } from '../../support/catalog-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let sql: Client;
let api: Awaited<ReturnType<typeof startCatalogApi>>;

beforeAll(async () => {
  database = await createDatabase();
  api = await startCatalogApi(database.url);
  sql = new Client({ connectionString: database.url });
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await api?.close();
  await database?.drop();
});

const eventsOf = async (id: string) =>
  (
    await sql.query<{ type: string; aggregate_version: number; data: Record<string, unknown> }>(
      'SELECT type, aggregate_version, data FROM events WHERE aggregate_id = $1 ORDER BY id',
      [id],
    )
  ).rows;

describe('POST /v1/products', () => {
  it('answers the product, with its opening stock in the journal', async () => {
    const body = {
      sku: '85123A',
      name: 'White hanging heart',
      description: 'T-light holder',
      price: { amount: 255, currency: 'GBP' },
      attributes: { color: 'white', size: { cm: 7.5 } },
      stock: { onHand: 50 },
    };
    const made = await api.request<ProductBody>('POST /v1/products', { token: api.manager, body });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      ...body,
      id: expect.stringMatching(/^prd_[0-9a-z]{26}$/) as string,
      lowestPrice30Days: null,
      taxClass: null,
      weight: null,
      status: 'active',
      stock: { onHand: 50, reserved: 0, available: 50 },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      updatedAt: made.body.createdAt,
      version: 1,
    });
    const journal = await api.request(`GET /v1/products/${made.body.id}/stock-movements`, { token: api.manager });
    expect(journal.body['data']).toMatchObject([{ kind: 'adjust', onHandDelta: 50, reservedDelta: 0, orderId: null }]);
    expect(await eventsOf(made.body.id)).toMatchObject([{ type: 'product.created', data: { product: made.body } }]);
  });

  it('needs catalog:write', async () => {
    const body = { sku: 'mine', name: 'Mine', price: { amount: 1, currency: 'EUR' } };
    expect((await api.request('POST /v1/products', { body })).status).toBe(401);
    const refused = await api.request('POST /v1/products', { body, token: api.tokenFor('support') });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('refuses a sku that is taken, also of two at once', async () => {
    const body = { sku: 'only-one', name: 'One', price: { amount: 1, currency: 'EUR' }, stock: { onHand: 1 } };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.request('POST /v1/products', { token: api.manager, body })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'sku_taken' });
  });

  it('makes one product of a request sent twice with one key', async () => {
    const options = {
      token: api.manager,
      body: { sku: 'twice', name: 'Twice', price: { amount: 1, currency: 'EUR' } },
      headers: { 'idempotency-key': 'twice' },
    };
    const [first, second] = [
      await api.request('POST /v1/products', options),
      await api.request('POST /v1/products', options),
    ];
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  const good = { sku: 'good', name: 'Good', price: { amount: 1, currency: 'EUR' } };
  it.each([
    ['nothing', {}, '/sku'],
    ['a list', [], '/sku'],
    ['an unknown property', { ...good, colour: 'red' }, '/colour'],
    ['an unknown property of the price', { ...good, price: { ...good.price, vat: 1 } }, '/price/vat'],
    ['a price in no currency', { ...good, price: { amount: 1, currency: 'EURO' } }, '/price/currency'],
    ['a price as a list', { ...good, price: [] }, '/price'],
    ['no price', { sku: 'x', name: 'x' }, '/price'],
    ['half a cent', { ...good, price: { amount: 0.5, currency: 'EUR' } }, '/price/amount'],
    ['a negative price', { ...good, price: { amount: -1, currency: 'EUR' } }, '/price/amount'],
    ['more than a price may be', { ...good, price: { amount: 1e12, currency: 'EUR' } }, '/price/amount'],
    ['negative stock', { ...good, stock: { onHand: -1 } }, '/stock/onHand'],
    ['stock of null', { ...good, stock: null }, '/stock'],
    ['a negative weight', { ...good, weight: -1 }, '/weight'],
    ['half a gram', { ...good, weight: 0.5 }, '/weight'],
    ['more than one piece may weigh', { ...good, weight: 1_000_000_001 }, '/weight'],
    ['a weight of null', { ...good, weight: null }, '/weight'],
    ['a sku of spaces', { ...good, sku: ' ' }, '/sku'],
    ['a sku with a line break', { ...good, sku: 'a\nb' }, '/sku'],
    ['a sku that is too long', { ...good, sku: 'x'.repeat(101) }, '/sku'],
    ['a name of null', { ...good, name: null }, '/name'],
    ['attributes as a list', { ...good, attributes: [] }, '/attributes'],
    ['attributes of 20 kB', { ...good, attributes: { a: 'x'.repeat(20_000) } }, '/attributes'],
    ['NUL in an attribute', { ...good, attributes: { a: 'x\u0000' } }, '/attributes/a'],
  ])('refuses %s', async (_, body, pointer) => {
    const refused = await api.request('POST /v1/products', { token: api.manager, body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(refused.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });
});

describe('GET /v1/products/:id', () => {
  it('is read without a token, and not sent again to who has it', async () => {
    const product = await api.makeProduct();
    const page = await api.request(`GET /v1/products/${product.id}`);
    expect(page).toMatchObject({ status: 200, body: product });
    const headers = { 'if-none-match': page.headers.get('etag') ?? '' };
    expect((await api.request(`GET /v1/products/${product.id}`, { headers })).status).toBe(304);
    await api.adjust(product.id, 1);
    expect((await api.request(`GET /v1/products/${product.id}`, { headers })).body).toMatchObject({
      stock: { onHand: 1 },
    });
  });

  it.each([
    ['of none', encodeId('prd', newId<'prd'>())],
    ['of another kind', encodeId('ord', newId<'ord'>())],
    ['of another form', 'prd_1'],
    ['of plain uuid form', newId()],
  ])('knows no product by an id %s', async (_, id) => {
    expect(await api.request(`GET /v1/products/${id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

const change = (id: string, body: unknown, headers = {}) =>
  api.request<ProductBody>(`PATCH /v1/products/${id}`, { token: api.manager, body, headers });

describe('PATCH /v1/products/:id', () => {
  it('changes what is given, and tells', async () => {
    const product = await api.makeProduct({ attributes: { color: 'red' } });
    const body = { name: 'Star', price: { amount: 300, currency: 'EUR' }, attributes: { size: 1 } };
    const changed = await change(product.id, body);
    expect(changed).toMatchObject({ status: 200, body: { ...body, sku: product.sku, version: 2 } });
    expect(changed.body.attributes).toEqual({ size: 1 });
    expect(await eventsOf(product.id)).toMatchObject([
      { type: 'product.created', aggregate_version: 1 },
      { type: 'product.updated', aggregate_version: 2, data: { product: body } },
    ]);
  });

  it('sets the weight, which null takes away, and the audit log has both', async () => {
    const product = await api.makeProduct({ weight: 0 });
    expect(product).toMatchObject({ weight: 0 });
    expect((await change(product.id, { weight: 1_000_000_000 })).body).toMatchObject({ weight: 1_000_000_000 });
    expect((await change(product.id, { name: 'Star' })).body).toMatchObject({ weight: 1_000_000_000 });
    expect((await change(product.id, { weight: null })).body).toMatchObject({ weight: null });
    expect(await change(product.id, { weight: -1 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/weight' }] },
    });
    const audited = `SELECT before, after FROM audit_log WHERE target_id = $1 AND after ? 'weight' ORDER BY id`;
    expect((await sql.query(audited, [product.id])).rows).toEqual([
      { before: { weight: 0 }, after: { weight: 1_000_000_000 } },
      { before: { weight: 1_000_000_000 }, after: { weight: null } },
    ]);
  });

  it.each([-1, 1_000_000_001])('can not leave a weight of %i, also not by hand', async (weight) => {
    const product = await api.makeProduct();
    const update = sql.query('UPDATE products SET weight = $1 WHERE sku = $2', [weight, product.sku]);
    await expect(update).rejects.toMatchObject({ constraint: 'products_weight' });
  });

  it('does nothing where nothing differs', async () => {
    const product = await api.makeProduct({ attributes: { a: { b: 1, c: 2 } } });
    const same = { name: product.name, attributes: { a: { c: 2, b: 1 } } };
    expect(await change(product.id, same)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await change(product.id, {})).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await eventsOf(product.id)).toHaveLength(1);
  });

  it('refuses a change made for another version', async () => {
    const product = await api.makeProduct();
    const seen = (await api.request(`GET /v1/products/${product.id}`)).headers.get('etag') ?? '';
    expect((await change(product.id, { name: 'A' }, { 'if-match': seen })).status).toBe(200);
    expect(await change(product.id, { name: 'B' }, { 'if-match': seen })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
  });

  it('lets one of two changes of the same version win', async () => {
    const product = await api.makeProduct();
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D'].map((name) => change(product.id, { name }, { 'if-match': '"1"' })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  });

  it.each([
    ['a list', [], '/body'],
    ['a number', 5, '/body'],
    ['a sku with a space around it', { sku: 'other ' }, '/sku'],
    ['a sku of null', { sku: null }, '/sku'],
    ['stock', { stock: { onHand: 5 } }, '/stock'],
    ['a status of its own', { status: 'sold' }, '/status'],
    ['a name of null', { name: null }, '/name'],
    ['a price without currency', { price: { amount: 1 } }, '/price/currency'],
  ])('refuses %s', async (_, body, pointer) => {
    const product = await api.makeProduct();
    expect(await change(product.id, body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('changes the sku, which then names it in any case and form', async () => {
    const [one, other] = [await api.makeProduct(), await api.makeProduct()];
    const sku = `Caf\u00e9-${randomUUID()}`;
    expect(await change(one.id, { sku })).toMatchObject({ status: 200, body: { sku, version: 2 } });
    for (const same of [sku.toUpperCase(), sku.normalize('NFD'), `\uff23${sku.slice(1)}`]) {
      expect(await change(other.id, { sku: same })).toMatchObject({ status: 409, body: { code: 'sku_taken' } });
      const found = await api.request<{ data: unknown[] }>(`GET /v1/products?sku=${encodeURIComponent(same)}`);
      expect(found.body.data).toMatchObject([{ id: one.id, sku }]);
    }
    expect(await change(one.id, { sku: sku.toUpperCase() })).toMatchObject({ status: 200, body: { version: 3 } });
  });

  it('gives a sku to one of two that ask for it at once', async () => {
    const products = await Promise.all([api.makeProduct(), api.makeProduct()]);
    const sku = randomUUID();
    const spellings = [sku.toUpperCase(), sku.toLowerCase()];
    const answers = await Promise.all(products.map(({ id }, index) => change(id, { sku: spellings[index]! })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  it('knows no product that is not there', async () => {
    expect((await change(encodeId('prd', newId<'prd'>()), { name: 'x' })).status).toBe(404);
  });
});

describe('an archived product', () => {
  it('is gone for shoppers, stays for who keeps the catalogue, and can come back', async () => {
    const product = await api.makeProduct({ sku: 'old' });
    const remove = () => api.request(`DELETE /v1/products/${product.id}`, { token: api.manager });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);

    const asShopper = { token: api.tokenFor('customer') };
    expect((await api.request(`GET /v1/products/${product.id}`)).status).toBe(404);
    expect((await api.request(`GET /v1/products/${product.id}`, asShopper)).status).toBe(404);
    for (const query of ['sku=old', 'sku=old&status=archived']) {
      expect((await api.request(`GET /v1/products?${query}`, asShopper)).body['data']).toEqual([]);
    }
    const kept = await api.request(`GET /v1/products?sku=old&status=archived`, { token: api.manager });
    expect(kept.body['data']).toMatchObject([{ id: product.id, status: 'archived', version: 2 }]);

    const back = { token: api.manager, body: { status: 'active' } };
    expect(await api.request(`PATCH /v1/products/${product.id}`, back)).toMatchObject({ body: { version: 3 } });
    expect((await api.request(`GET /v1/products/${product.id}`)).status).toBe(200);
    expect((await eventsOf(product.id)).map(({ type }) => type)).toEqual([
      'product.created',
      'product.updated',
      'product.updated',
    ]);
  });

  it('is archived by who may change the catalogue only', async () => {
    const { id } = await api.makeProduct();
    const refused = await api.request(`DELETE /v1/products/${id}`, { token: api.tokenFor('finance') });
    expect(refused.status).toBe(403);
  });
});

describe('the seed', () => {
  it('finds what it made before, and leaves it as it is', async () => {
    const products = api.app.get(ProductsService, { strict: false });
    const demo = { sku: 'demo', name: 'Demo', price: { amount: 100, currency: 'EUR' }, stock: { onHand: 5 } };
    const first = await products.ensureBySku(demo);
    await products.change(first.id, { name: 'Renamed' });
    expect(await products.ensureBySku(demo)).toMatchObject({ id: first.id, name: 'Renamed', onHand: 5 });
  });
});
