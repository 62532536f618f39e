import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderConditions } from '../../../src/orders/order-conditions.js';
import { orderListQuery } from '../../../src/orders/order-list.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

const ORDERS = 20_000;
/** Every 1,000th order is of another kind; the rest is paid and shipped. */
const RARE = 1000;

/** Ids rise with the time, like UUIDv7. A rare customer, and a rare product, have an order in a thousand. */
const FILL = `
  INSERT INTO users (id, email, name, roles)
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'user' || i || '@till.test', 'User ' || i, '{customer}'
    FROM generate_series(1, 20) i;
  INSERT INTO products (id, sku, name, price, currency)
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'SKU-' || i, 'Product ' || i, 100, 'EUR'
    FROM generate_series(1, 20) i;
  INSERT INTO stock_levels (product_id, on_hand) SELECT id, 10 FROM products;
  INSERT INTO orders (id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount,
      refunded_amount, disputed_amount, reserved_until, created_at, updated_at)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid,
      i, ('00000000-0000-7000-8000-' || lpad(to_hex(CASE WHEN rare = 1 THEN 20 ELSE i % 19 + 1 END), 12, '0'))::uuid, 'EUR',
      CASE rare WHEN 2 THEN 'pending' WHEN 3 THEN 'cancelled' WHEN 4 THEN 'expired' WHEN 5 THEN 'confirmed' ELSE 'completed' END,
      CASE rare WHEN 2 THEN 'unfulfilled' WHEN 3 THEN 'unfulfilled' WHEN 4 THEN 'unfulfilled' WHEN 5 THEN 'partially_fulfilled' ELSE 'fulfilled' END,
      1000 + i, CASE WHEN rare IN (2, 3, 4) THEN 0 ELSE 1000 + i END, CASE WHEN rare IN (2, 3, 4) THEN 0 ELSE 1000 + i END,
      CASE WHEN rare = 6 THEN 500 ELSE 0 END, CASE WHEN rare = 7 THEN 500 ELSE 0 END,
      CASE WHEN rare = 2 THEN now() END, at, at
    FROM (SELECT i, i % ${RARE} AS rare, timestamptz '2026-01-01' + i * interval '1 minute' AS at FROM generate_series(1, ${ORDERS}) i) o;
  INSERT INTO order_lines (order_id, position, id, product_id, sku, name, quantity, unit_price)
    SELECT id, 1, gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad(to_hex(CASE WHEN number % ${RARE} = 1 THEN 20 ELSE 1 END), 12, '0'))::uuid,
      'SKU', 'Product', 1, total FROM orders;
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id)
    SELECT o.id, l.product_id, 'reserve', 0, 1, o.id FROM orders o JOIN order_lines l ON l.order_id = o.id`;

let database: TestDatabase;
let sql: Client;

beforeAll(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(FILL);
  await sql.query('VACUUM ANALYZE');
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

/** The steps that ran for a page, and how many orders it has. */
async function stepsOf(filter: OrderConditions): Promise<Node[]> {
  const { sql: text, parameters } = orderListQuery({ limit: 20, ...filter });
  const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`;
  const { rows } = await sql.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(explain, [...parameters]);
  const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return all(rows[0]!['QUERY PLAN'][0].Plan).filter((node) => node['Actual Loops'] > 0);
}

/** How many orders were looked at, including those that a filter dropped. */
const readOrders = (steps: readonly Node[]): number =>
  steps
    .filter((step) => step['Relation Name'] === 'orders')
    .reduce(
      (sum, step) => sum + (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'],
      0,
    );

describe('A page of orders', () => {
  it.each<[string, OrderConditions, string]>([
    ['of all', {}, 'orders_pkey'],
    ['by number', { number: 42 }, 'orders_number_key'],
    ['of a customer', { customerId: '00000000-0000-7000-8000-000000000014' as never }, 'orders_customer'],
    ['by a rare status', { status: 'expired' }, 'orders_status'],
    ['unpaid', { paymentStatus: 'unpaid' }, 'orders_status'],
    ['refunded in part', { paymentStatus: 'partially_refunded' }, 'orders_exceptional'],
    ['disputed', { paymentStatus: 'disputed' }, 'orders_exceptional'],
    ['paid', { paymentStatus: 'paid' }, 'orders_pkey'],
    ['not shipped', { fulfillmentStatus: 'unfulfilled' }, 'orders_status'],
    ['shipped in part', { fulfillmentStatus: 'partially_fulfilled' }, 'orders_exceptional'],
    ['shipped', { fulfillmentStatus: 'fulfilled' }, 'orders_pkey'],
    ['with a product', { productId: '00000000-0000-7000-8000-000000000014' as never }, 'stock_movements_product'],
    [
      'of an hour',
      { createdFrom: new Date('2026-01-03T10:00:00Z'), createdTo: new Date('2026-01-03T11:00:00Z') },
      'orders_pkey',
    ],
    [
      'of a total in a day',
      { createdFrom: new Date('2026-01-14T12:00:00Z'), minTotal: 20_700, maxTotal: 20_705 },
      'orders_pkey',
    ],
  ])('%s is found by an index and reads few others', async (_, filter, index) => {
    const steps = await stepsOf(filter);
    expect(steps.map((step) => step['Index Name'])).toContain(index);
    expect(steps.filter((step) => step['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(readOrders(steps)).toBeLessThan(ORDERS / 20);
    expect(Math.max(...steps.map((step) => step['Actual Rows']))).toBeGreaterThan(0);
  });
});
