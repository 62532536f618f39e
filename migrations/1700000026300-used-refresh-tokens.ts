import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../src/platform/database/index.js';

/** Finds refresh tokens that were used long ago, which the worker deletes. */
export class UsedRefreshTokens1700000026300 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, { name: 'refresh_tokens_used', definition: 'ON refresh_tokens (used_at)' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX refresh_tokens_used');
  }
}
