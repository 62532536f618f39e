import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sequence of order numbers belongs to their column, so that whoever brings the orders elsewhere finds how far it is. */
export class OrderNumbersOfOrders1700000046010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER SEQUENCE order_numbers OWNED BY orders.number');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER SEQUENCE order_numbers OWNED BY NONE');
  }
}
