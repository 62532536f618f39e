import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the column, since validating reads the table: this lock lets everybody read and write. */
export class ValidatedDiscounts1700000035200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE order_lines VALIDATE CONSTRAINT line_discount_within_price');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE order_lines DROP CONSTRAINT line_discount_within_price,
        ADD CONSTRAINT line_discount_within_price CHECK (discount BETWEEN 0 AND quantity * unit_price) NOT VALID`);
  }
}
