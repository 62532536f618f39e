import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProductList, productListQuery } from '../../../src/catalog/product-list.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

const PRODUCTS = 5000;

/** The oldest fifth is archived, as in a shop that has been open for long. */
const FILL = `
  INSERT INTO products (id, sku, name, price, currency, attributes, status, created_at)
  SELECT gen_random_uuid(), 'SKU-' || i, 'Product ' || i || (CASE WHEN i % 1000 = 0 THEN ' rare' ELSE '' END), i, 'GBP',
    jsonb_build_object('lot', i / 10), CASE WHEN i < ${PRODUCTS} / 5 THEN 'archived' ELSE 'active' END,
    now() + make_interval(secs => i)
  FROM generate_series(1, ${PRODUCTS}) i`;

let database: TestDatabase;
let sql: Client;

beforeAll(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(FILL);
  await sql.query('INSERT INTO stock_levels (product_id, on_hand) SELECT id, 10 FROM products');
  await sql.query('VACUUM ANALYZE products, stock_levels');
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Node[];
}

/** The steps that ran for a page. */
async function stepsOf(list: Partial<ProductList>): Promise<Node[]> {
  const { sql: text, parameters } = productListQuery({ status: 'active', sort: '-createdAt', limit: 20, ...list });
  // As the repository does for a search with slips.
  await sql.query(`SET enable_seqscan = ${list.corrected ? 'off' : 'on'}`);
  const { rows } = await sql.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [
    ...parameters,
  ]);
  const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return all(rows[0]!['QUERY PLAN'][0].Plan).filter((node) => node['Actual Loops'] > 0);
}

const readRows = (steps: readonly Node[]) =>
  steps
    .filter((step) => step['Relation Name'] === 'products')
    .reduce((sum, step) => sum + step['Actual Rows'] * step['Actual Loops'] + (step['Rows Removed by Filter'] ?? 0), 0);
const indexesOf = (steps: readonly Node[]) => steps.map((step) => step['Index Name']);

describe('a page', () => {
  it.each([
    [
      '-createdAt',
      'products_created',
      [new Date(Date.now() + 2000_000).toISOString(), '019333c2-0000-7000-8000-000000000000'],
    ],
    [
      'createdAt',
      'products_created',
      [new Date(Date.now() + 2000_000).toISOString(), '019333c2-0000-7000-8000-000000000000'],
    ],
    ['-price', 'products_price', [2500, '019333c2-0000-7000-8000-000000000000'], { currency: 'GBP' }],
    ['name', 'products_name', ['Product 3', '019333c2-0000-7000-8000-000000000000']],
  ] as const)(
    'by %s reads its own rows of %s and no more, first or deep',
    async (sort, index, after, filter?: object) => {
      for (const steps of [await stepsOf({ sort, ...filter }), await stepsOf({ sort, after, ...filter })]) {
        expect(indexesOf(steps)).toContain(index);
        expect(readRows(steps)).toBe(21);
      }
    },
  );

  it('of all products, archived ones too, reads one page of each status', async () => {
    expect(readRows(await stepsOf({ status: undefined, sort: 'createdAt' }))).toBeLessThanOrEqual(42);
  });

  it.each([
    ['a rare word', { q: 'rare' }, 'products_search'],
    ['a word that nothing has', { q: 'nothing' }, 'products_search'],
    ['a rare attribute', { attributes: { lot: ['7'] } }, 'products_attributes'],
    ['a currency that nothing has', { currency: 'USD' }, 'products_currency'],
    ['a narrow price', { currency: 'GBP', minPrice: 1500, maxPrice: 1505 }, 'products_price'],
    ['a word with a slip', { q: 'raer', corrected: true }, 'products_search'],
  ])('of %s walks a little, then asks the index', async (_, filter, index) => {
    const steps = await stepsOf(filter);
    expect(indexesOf(steps)).toContain(index);
    expect(readRows(steps)).toBeLessThan(PRODUCTS / 3);
  });

  it('of a frequent word stops as soon as it is full', async () => {
    expect(readRows(await stepsOf({ q: 'product' }))).toBeLessThanOrEqual(42);
  });
});
