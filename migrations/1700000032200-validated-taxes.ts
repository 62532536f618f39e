import type { MigrationInterface, QueryRunner } from 'typeorm';

const constraints = {
  line_tax_mode: "tax_mode IN ('inclusive', 'exclusive')",
  line_tax_has_a_mode: 'tax >= 0 AND (tax = 0 OR tax_mode IS NOT NULL)',
  line_tax_within_price: 'tax <= quantity * unit_price',
};

/** Apart from the columns, since validating reads the table: this lock lets everybody read and write. */
export class ValidatedTaxes1700000032200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(constraints))
      await runner.query(`ALTER TABLE order_lines VALIDATE CONSTRAINT ${name}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name, check] of Object.entries(constraints))
      await runner.query(
        `ALTER TABLE order_lines DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} CHECK (${check}) NOT VALID`,
      );
  }
}
