import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An order's movements of stock, for its timeline. Ids grow, so a new row goes to the index's end, which is in memory. */
export class Timeline1700000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX stock_movements_order ON stock_movements (order_id, id) WHERE order_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX stock_movements_order`);
  }
}
