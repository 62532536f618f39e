import { afterAll, describe, expect, it } from 'vitest';
import { assertBooks } from '../../support/books.js';
import { admin as staff, api, mug, scenario, shopper } from '../../support/scenario.js';

scenario({ env: { DATABASE_POOL_SIZE: '4' }, people: ['shopper', 'admin'], mugs: 10_000, unchecked: true });
afterAll(() => assertBooks(api));

/** The statuses of a purchase with a refund, and of two lists. */
async function statuses(): Promise<string> {
  const order = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
  const payment = await api.pay(shopper, order.body);
  const refund = await api.refund(staff, payment.body, { amount: 1 });
  const lists = [await api.get('/v1/orders', shopper), await api.get('/v1/products', shopper)];
  return [order, payment, refund, ...lists].map(({ status }) => status).join(' ');
}

const all = () => Promise.all(Array.from({ length: 4 }, statuses));
const right = Array.from({ length: 4 }, () => '201 201 201 200 200');

describe('A table that somebody changes while the api runs', () => {
  it.each([
    ['orders', 'currency', 'varchar(10)'],
    ['order_lines', 'name', 'varchar(1000)'],
    ['orders', 'version', 'bigint'],
    ['payments', 'provider', 'varchar(100)'],
    ['payments', 'version', 'bigint'],
    ['payment_attempts', 'sends', 'bigint'],
    ['products', 'version', 'bigint'],
    ['events', 'type', 'varchar(1000)'],
  ])('costs no request: %s.%s becomes %s', async (table, column, type) => {
    expect(await all()).toEqual(right); // so that all connections have prepared it
    await api.sql(`ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type}`);
    expect(await all()).toEqual(right);
  });

  it('shows in the metrics', async () => {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toMatch(/till_database_renewals_total\{reason="changed-schema"\} [1-9]/);
  });
});
