import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From what the successor of a refresh token was made, with the token and the idempotency key, so that a repeat of the request gets the same one. */
export class AnswersOfRefreshes1700000039000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE refresh_tokens ADD successor_salt bytea CHECK (octet_length(successor_salt) = 32)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE refresh_tokens DROP COLUMN successor_salt');
  }
}
