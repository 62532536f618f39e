import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever registers again with an address that has an account leads to a mail to its owner. */
export class RepeatedRegistrations1700000031020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mailed_tokens DROP CONSTRAINT mailed_tokens_purpose_check;
      ALTER TABLE mailed_tokens ADD CONSTRAINT mailed_tokens_purpose_check
        CHECK (purpose IN ('password_reset', 'invitation', 'email_verification', 'repeated_registration'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM mailed_tokens WHERE purpose = 'repeated_registration';
      ALTER TABLE mailed_tokens DROP CONSTRAINT mailed_tokens_purpose_check;
      ALTER TABLE mailed_tokens ADD CONSTRAINT mailed_tokens_purpose_check
        CHECK (purpose IN ('password_reset', 'invitation', 'email_verification'));
    `);
  }
}
