import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attempts whose outcome is not known yet are looked into again, later and later. */
export class UnknownOutcomes1700000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX payment_attempts_open;
      ALTER TABLE payment_attempts
        ADD sends int NOT NULL DEFAULT 1,
        ADD checks int NOT NULL DEFAULT 0,
        ADD next_check_at timestamptz,
        DROP CONSTRAINT payment_attempts_state_check,
        ADD CONSTRAINT payment_attempts_state_check CHECK (state IN ('started', 'succeeded', 'pending', 'requires_action',
          'declined', 'failed', 'not_sent', 'unknown'));
      UPDATE payment_attempts SET next_check_at = now() WHERE state = 'started';
      CREATE INDEX payment_attempts_due ON payment_attempts (next_check_at) WHERE next_check_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX payment_attempts_due;
      ALTER TABLE payment_attempts
        DROP COLUMN sends,
        DROP COLUMN checks,
        DROP COLUMN next_check_at,
        DROP CONSTRAINT payment_attempts_state_check,
        ADD CONSTRAINT payment_attempts_state_check CHECK (state IN ('started', 'succeeded', 'pending', 'requires_action',
          'declined', 'not_sent', 'unknown'));
      CREATE INDEX payment_attempts_open ON payment_attempts (updated_at) WHERE state IN ('started', 'unknown', 'not_sent');
    `);
  }
}
