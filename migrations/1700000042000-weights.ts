import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The weight of products, and shipping methods with rates by it. Processes of the release before read no weight: they ship by such a method at its
 * price without rates.
 */
export class Weights1700000042000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products
        -- Grams of one piece.
        ADD COLUMN weight int,
        ADD CONSTRAINT products_weight CHECK (weight BETWEEN 0 AND 1000000000) NOT VALID;
      ALTER TABLE shipping_methods
        DROP CONSTRAINT shipping_methods_rated_by_check,
        ADD CONSTRAINT shipping_methods_rated_by_check CHECK (rated_by IN ('subtotal', 'quantity', 'weight')) NOT VALID;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE shipping_methods
        DROP CONSTRAINT shipping_methods_rated_by_check,
        ADD CONSTRAINT shipping_methods_rated_by_check CHECK (rated_by IN ('subtotal', 'quantity'));
      ALTER TABLE products DROP COLUMN weight;
    `);
  }
}
