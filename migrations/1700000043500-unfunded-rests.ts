import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An order that was shipped in part and then lost all its money has a reservation that runs out as well: its open pieces are cancelled then. Workers
 * of the release before would cancel such an order as a whole. Orders that lost their money before keep their stock: staff cancel the rest.
 */
export class UnfundedRests1700000043500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        DROP CONSTRAINT order_reserved_while_it_lives,
        ADD CONSTRAINT order_reserved_while_it_lives CHECK (reserved_until IS NULL OR status = 'pending'
          OR (status = 'confirmed' AND fulfillment_status <> 'fulfilled')) NOT VALID;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE orders SET reserved_until = NULL WHERE status = 'confirmed' AND fulfillment_status <> 'unfulfilled';
      ALTER TABLE orders
        DROP CONSTRAINT order_reserved_while_it_lives,
        ADD CONSTRAINT order_reserved_while_it_lives CHECK (reserved_until IS NULL OR status = 'pending'
          OR (status = 'confirmed' AND fulfillment_status = 'unfulfilled'));
    `);
  }
}
