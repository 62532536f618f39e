import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../src/platform/database/index.js';

/**
 * Finds orders whose money or shipment is not as in most orders: returned, disputed or partial. An order that is placed, paid at once and shipped
 * whole never enters it. `EXCEPTIONAL` of the list of orders says the same.
 */
export class ExceptionalOrders1700000036000 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, {
      name: 'orders_exceptional',
      definition: `ON orders (id) WHERE (fulfillment_status = 'partially_fulfilled' OR disputed_amount > 0 OR charged_back_amount > 0
        OR refunded_amount > 0 OR authorized_amount > captured_amount OR (captured_amount > 0 AND captured_amount < total)
        OR (status = 'confirmed' AND reserved_until IS NOT NULL))`,
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX orders_exceptional');
  }
}
