import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With which idempotency key a refresh token was first exchanged: a repeat of that request is no reuse, though its answer was lost for long. */
export class RepeatedRefreshes1700000038100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE refresh_tokens ADD used_key_hash bytea CHECK (octet_length(used_key_hash) = 32)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE refresh_tokens DROP COLUMN used_key_hash');
  }
}
