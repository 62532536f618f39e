import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the column, since validating reads the table: this lock lets everybody read and write. */
export class ValidatedRounding1700000040110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders VALIDATE CONSTRAINT orders_tax_rounding');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders DROP CONSTRAINT orders_tax_rounding,
        ADD CONSTRAINT orders_tax_rounding CHECK (tax_rounding IN ('rate', 'line', 'unit', 'given')) NOT VALID`);
  }
}
