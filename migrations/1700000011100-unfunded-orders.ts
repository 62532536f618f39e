import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A confirmed order that lost all its money before anything was shipped has a reservation that runs out, as a pending one has.
 * Those that are there get a quarter of an hour.
 * A later migration validates the constraint, since that reads the table.
 */
export class UnfundedOrders1700000011100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE orders SET reserved_until = NULL WHERE status <> 'pending' AND reserved_until IS NOT NULL;
      UPDATE orders SET reserved_until = now() + interval '15 minutes', agreed_amount = NULL, version = version + 1
      WHERE status = 'confirmed' AND fulfillment_status = 'unfulfilled' AND total > 0
        AND authorized_amount - refunded_amount - charged_back_amount <= 0;
      DROP INDEX orders_expiring;
      CREATE INDEX orders_expiring ON orders (reserved_until) WHERE reserved_until IS NOT NULL;
      ALTER TABLE orders ADD CONSTRAINT order_reserved_while_it_lives
        CHECK (reserved_until IS NULL OR status = 'pending' OR (status = 'confirmed' AND fulfillment_status = 'unfulfilled')) NOT VALID;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders DROP CONSTRAINT order_reserved_while_it_lives;
      UPDATE orders SET reserved_until = NULL WHERE status <> 'pending';
      DROP INDEX orders_expiring;
      CREATE INDEX orders_expiring ON orders (reserved_until) WHERE status = 'pending';
    `);
  }
}
