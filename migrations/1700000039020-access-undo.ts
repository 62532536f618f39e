import type { MigrationInterface, QueryRunner } from 'typeorm';

const PURPOSES = `'password_reset', 'invitation', 'email_verification', 'repeated_registration', 'email_change', 'email_change_undo'`;

/** The mail about a new way into an account has a token that undoes it: what somebody added who had the password or a session does not stay. */
export class AccessUndo1700000039020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mailed_tokens
        ADD COLUMN added_at timestamptz,
        DROP CONSTRAINT mailed_tokens_purpose_check,
        ADD CONSTRAINT mailed_tokens_purpose_check CHECK (purpose IN (${PURPOSES}, 'access_undo')) NOT VALID,
        ADD CONSTRAINT mailed_tokens_access_undo CHECK ((purpose = 'access_undo') = (added_at IS NOT NULL)) NOT VALID;
      ALTER TABLE mailed_tokens VALIDATE CONSTRAINT mailed_tokens_purpose_check;
      ALTER TABLE mailed_tokens VALIDATE CONSTRAINT mailed_tokens_access_undo;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM mailed_tokens WHERE purpose = 'access_undo';
      ALTER TABLE mailed_tokens
        DROP CONSTRAINT mailed_tokens_access_undo,
        DROP COLUMN added_at,
        DROP CONSTRAINT mailed_tokens_purpose_check,
        ADD CONSTRAINT mailed_tokens_purpose_check CHECK (purpose IN (${PURPOSES}));
    `);
  }
}
