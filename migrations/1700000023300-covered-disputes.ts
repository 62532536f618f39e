import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A dispute may be about more than its payment still holds: the rest is a loss beside the payment. */
export class CoveredDisputes1700000023300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The part that the payment held when the dispute was opened; null for all.
      ALTER TABLE disputes
        ADD covered_amount bigint,
        ADD CONSTRAINT dispute_covered_within_amount CHECK (covered_amount BETWEEN 0 AND amount);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE disputes DROP COLUMN covered_amount');
  }
}
