import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, describe, expect, it } from 'vitest';
import { createIndexConcurrently, migrate, revert } from '../../../src/platform/database/index.js';
import { loadMigrations } from '../../../src/platform/database/migrations.js';
import { RUNNING_ROLE } from '../../support/running-role.js';
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

/** What an expanding migration may do: a column, a table, a constraint and an index. */
class Expand1900000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders ADD gift boolean NOT NULL DEFAULT false;
      CREATE TABLE gifts (order_id uuid PRIMARY KEY REFERENCES orders);
      ALTER TABLE payments ADD CONSTRAINT amount_known CHECK (amount IS NOT NULL) NOT VALID;
    `);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE payments DROP CONSTRAINT amount_known; DROP TABLE gifts; ALTER TABLE orders DROP COLUMN gift',
    );
  }
}
class Validate1900000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments VALIDATE CONSTRAINT amount_known');
  }
  async down(): Promise<void> {
    // what is not valid yet holds for new rows all the same
  }
}
class Index1900000000003 implements MigrationInterface {
  transaction = false;
  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, { name: 'orders_gift', definition: 'ON orders (created_at) WHERE gift' });
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY orders_gift');
  }
}

describe('A migration while the api runs', () => {
  it('costs no request, and neither does reverting it', async () => {
    const url = api.settings.DATABASE_URL;
    const migrations = [...(await loadMigrations()), Expand1900000000001, Validate1900000000002, Index1900000000003];
    const course = { done: false, rounds: 0 };
    const load = async () => {
      for (; !course.done; course.rounds++) expect(await all()).toEqual(right);
    };
    const change = async () => {
      try {
        for (let turn = 0; turn < 3; turn++) {
          expect(await migrate(url, { migrations, runningRole: RUNNING_ROLE })).toHaveLength(3);
          expect(await revert(url, { migrations, steps: 3 })).toHaveLength(3);
        }
      } finally {
        course.done = true;
      }
    };
    await Promise.all([load(), change()]);
    expect(course.rounds).toBeGreaterThan(0);
    expect(await all()).toEqual(right);
  });
});
