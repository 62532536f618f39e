import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a provider calls a payment, so that its later operations and its webhooks find it. */
export class ProviderReferences1700000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments ADD reference text CHECK (length(reference) BETWEEN 1 AND 300);
      CREATE UNIQUE INDEX payments_reference ON payments (provider, reference) WHERE reference IS NOT NULL;
      ALTER TABLE payment_attempts DROP COLUMN provider_reference;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_attempts ADD provider_reference text;
      ALTER TABLE payments DROP COLUMN reference;
    `);
  }
}
