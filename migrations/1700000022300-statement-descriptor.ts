import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a shopper's statement calls a payment. The rule is that of card schemes, as Stripe documents it
 * (https://docs.stripe.com/get-started/account/statement-descriptors).
 */
export class StatementDescriptor1700000022300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments ADD statement_descriptor text CONSTRAINT statement_descriptor_of_cards CHECK (
        statement_descriptor ~ '^[ -~]{1,22}$' AND statement_descriptor ~ '[A-Za-z]' AND statement_descriptor !~ '[<>\\\\''"*]');
      ALTER TABLE sandbox.operations ADD statement_descriptor text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sandbox.operations DROP COLUMN statement_descriptor;
      ALTER TABLE payments DROP COLUMN statement_descriptor;
    `);
  }
}
