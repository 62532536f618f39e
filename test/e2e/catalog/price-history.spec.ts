import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { decodeId } from '../../../src/shared/ids.js';
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

interface Reduced extends ProductBody {
  readonly lowestPrice30Days: { readonly amount: number; readonly currency: string } | null;
}

const money = (amount: number, currency = 'EUR') => ({ amount, currency });
const change = async ({ id }: ProductBody, body: object) =>
  (await api.request<Reduced>(`PATCH /v1/products/${id}`, { token: api.manager, body })).body;
const shown = async ({ id }: ProductBody) => (await api.request<Reduced>(`GET /v1/products/${id}`)).body;
const uuidOf = ({ id }: ProductBody) => decodeId('prd', id)!;
const historyOf = async (product: ProductBody) =>
  (
    await sql.query<{ price: string }>('SELECT price FROM price_changes WHERE product_id = $1 ORDER BY since', [
      uuidOf(product),
    ])
  ).rows.map(({ price }) => Number(price));

/** A product whose past prices are these, each from so many days ago on; the last is the present one. */
async function withPast(...past: readonly [daysAgo: number, price: number][]): Promise<ProductBody> {
  const product = await api.makeProduct({ price: money(past.at(-1)![1]) });
  const rows = past.map(([days, price]) => `($1::uuid, now() - interval '${days} days', ${price}, 'EUR')`);
  await sql.query('BEGIN');
  await sql.query('SET LOCAL session_replication_role = replica');
  await sql.query('DELETE FROM price_changes WHERE product_id = $1', [uuidOf(product)]);
  await sql.query(`INSERT INTO price_changes (product_id, since, price, currency) VALUES ${rows.join(', ')}`, [
    uuidOf(product),
  ]);
  await sql.query('COMMIT');
  return product;
}

describe('A reduced price comes with the lowest price of the 30 days before', () => {
  it.each<[string, readonly [number, number][], reduced: number, lowest: number | null]>([
    ['the price before, if it was the lowest', [[100, 5000]], 4000, 5000],
    [
      'a lower one in between',
      [
        [100, 5000],
        [20, 4500],
        [10, 6000],
      ],
      4400,
      4500,
    ],
    [
      'the price that was still there 30 days ago',
      [
        [90, 3000],
        [29, 6000],
      ],
      5000,
      3000,
    ],
    [
      'no price that ended before',
      [
        [90, 3000],
        [31, 6000],
      ],
      5000,
      6000,
    ],
    [
      'one that is lower than the reduced price',
      [
        [90, 6000],
        [20, 3000],
        [5, 6000],
      ],
      5000,
      3000,
    ],
    ['nothing for a price that rose', [[90, 5000]], 5500, null],
  ])('%s', async (_, past, reduced, lowest) => {
    const product = await withPast(...past);
    const expected = lowest === null ? null : money(lowest);
    expect(await change(product, { price: money(reduced) })).toMatchObject({ lowestPrice30Days: expected });
    expect(await shown(product)).toMatchObject({ lowestPrice30Days: expected });
  });

  it('which stays until the price changes again, and is in lists', async () => {
    const product = await withPast([100, 5000]);
    await change(product, { price: money(4000) });
    expect(await change(product, { name: 'Another name' })).toMatchObject({ lowestPrice30Days: money(5000) });
    expect(await change(product, { price: money(3500) })).toMatchObject({ lowestPrice30Days: money(4000) });
    const list = await api.request<{ data: Reduced[] }>(`GET /v1/products?sku=${product.sku}`);
    expect(list.body.data).toMatchObject([{ lowestPrice30Days: money(4000) }]);
    expect(await change(product, { price: money(3600) })).toMatchObject({ lowestPrice30Days: null });
  });

  it('of the same currency only', async () => {
    const product = await withPast([100, 5000]);
    expect(await change(product, { price: money(4000, 'USD') })).toMatchObject({ lowestPrice30Days: null });
    expect(await change(product, { price: money(3000) })).toMatchObject({ lowestPrice30Days: null });
    expect(await change(product, { price: money(2000) })).toMatchObject({ lowestPrice30Days: money(3000) });
  });
});

describe('The history of prices', () => {
  it('has each price once, whoever set it, and nothing else', async () => {
    const product = await api.makeProduct({ price: money(1000) });
    await change(product, { price: money(900) });
    await change(product, { name: 'Same price' });
    await sql.query('UPDATE products SET price = 800 WHERE id = $1', [uuidOf(product)]);
    expect(await historyOf(product)).toEqual([1000, 900, 800]);
    expect(await shown(product)).toMatchObject({ price: money(800), lowestPrice30Days: money(900) });
  });

  it('leaves out a price that no other transaction saw', async () => {
    const product = await withPast([100, 5000], [50, 4000]);
    await change(product, { price: money(3900) });
    await sql.query('BEGIN');
    await sql.query('UPDATE products SET price = 1 WHERE id = $1', [uuidOf(product)]);
    await sql.query('UPDATE products SET price = 3900 WHERE id = $1', [uuidOf(product)]);
    await sql.query('COMMIT');
    expect(await historyOf(product)).toEqual([5000, 4000, 3900]);
    expect(await shown(product)).toMatchObject({ lowestPrice30Days: money(4000) });
  });

  it('has them in order when two transactions race', async () => {
    const product = await api.makeProduct({ price: money(1000) });
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT now()');
    await change(product, { price: money(900) });
    await other.query('UPDATE products SET price = 800 WHERE id = $1', [uuidOf(product)]);
    await other.query('COMMIT');
    await other.end();
    expect(await historyOf(product)).toEqual([1000, 900, 800]);
    expect(await shown(product)).toMatchObject({ lowestPrice30Days: money(900) });
  });

  it.each([
    ['a price made up', `INSERT INTO price_changes SELECT id, now(), 1, 'EUR' FROM products WHERE id = $1`, '23514'],
    ['a changed price', 'UPDATE price_changes SET price = 1 WHERE product_id = $1', '23001'],
    ['a deleted price', 'DELETE FROM price_changes WHERE product_id = $1', '23001'],
  ])('refuses %s', async (_, statement, code) => {
    const product = await api.makeProduct({ price: money(1000) });
    await expect(sql.query(statement, [uuidOf(product)])).rejects.toMatchObject({ code });
  });

  it('decides alone what the lowest price is', async () => {
    const product = await api.makeProduct({ price: money(1000) });
    await sql.query('UPDATE products SET lowest_price = 5000 WHERE id = $1', [uuidOf(product)]);
    expect(await shown(product)).toMatchObject({ lowestPrice30Days: null });
  });
});
