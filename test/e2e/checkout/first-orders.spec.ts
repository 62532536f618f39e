import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { ProductBody } from '../../support/bodies.js';
import { grouped } from '../../support/grouped.js';
import { admin, api, scenario } from '../../support/scenario.js';

/** A connection that can stand in the way of orders. */
let bystander: Client;
let products: readonly [ProductBody, ProductBody];
scenario({ env: { DATABASE_GROUP_COMMIT: 'on' }, people: ['admin'] });
beforeAll(async () => {
  bystander = new Client({ connectionString: api.settings.DATABASE_URL });
  await bystander.connect();
  products = [await api.product(10), await api.product(10)];
  const body = { name: 'Welcome', benefit: 'percent', percentage: '10', conditions: { firstOrder: true } };
  await api.post('/v1/promotions', { token: admin.token, body, key: null });
});
afterAll(() => bystander?.end());

/** The shop orders for a customer, once of each product, so that no order waits for the stock of the other one. */
const orderBoth = ({ id: customerId }: Person) =>
  Promise.all(products.map(({ id }) => api.place(admin, [{ productId: id, quantity: 1 }], { given: { customerId } })));
const discounted = (answers: Awaited<ReturnType<typeof orderBoth>>) => {
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  return answers.filter(({ body }) => 'discounts' in body).length;
};

it('Of two orders that the shop places for a customer at once, one is the first, when they share a transaction', async () => {
  const customer = await api.person();
  expect(discounted(await grouped(api.app.get(Transaction), 2, () => orderBoth(customer)))).toBe(1);
});

it('Of two orders that the shop places for a customer at once, one is the first, when each has its own transaction', async () => {
  const customer = await api.person();
  await bystander.query('BEGIN');
  await bystander.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [decodeId('usr', customer.id)]);
  const placed = orderBoth(customer);
  // Both have asked whether there is another order, and wait to write theirs.
  const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  await expect.poll(async () => (await bystander.query(waiting)).rowCount, { timeout: 15_000, interval: 5 }).toBe(2);
  await bystander.query('COMMIT');
  expect(discounted(await placed)).toBe(1);
});
