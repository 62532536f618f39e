import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments that other systems made on a provider's account, so that the provider is asked about each once. */
export class ForeignPayments1700000023400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE foreign_payments (
        provider  text NOT NULL,
        reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 300),
        seen_at   timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (provider, reference)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE foreign_payments');
  }
}
