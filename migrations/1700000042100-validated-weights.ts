import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the constraints, since validating reads the tables: this lock lets everybody read and write. */
export class ValidatedWeights1700000042100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products VALIDATE CONSTRAINT products_weight;
      ALTER TABLE shipping_methods VALIDATE CONSTRAINT shipping_methods_rated_by_check;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE shipping_methods
        DROP CONSTRAINT shipping_methods_rated_by_check,
        ADD CONSTRAINT shipping_methods_rated_by_check CHECK (rated_by IN ('subtotal', 'quantity', 'weight')) NOT VALID;
      ALTER TABLE products
        DROP CONSTRAINT products_weight,
        ADD CONSTRAINT products_weight CHECK (weight BETWEEN 0 AND 1000000000) NOT VALID;
    `);
  }
}
