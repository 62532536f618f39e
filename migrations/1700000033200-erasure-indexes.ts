import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../src/platform/database/index.js';

/** Finds erased accounts, and webhooks that belong to no payment, in which an erasure looks for an e-mail address. */
export class ErasureIndexes1700000033200 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, {
      name: 'users_erased_at',
      definition: 'ON users (erased_at) WHERE erased_at IS NOT NULL',
    });
    await createIndexConcurrently(runner, {
      name: 'provider_webhooks_unassigned',
      definition: `ON provider_webhooks (received_at) WHERE payment_id IS NULL AND state IN ('ignored', 'quarantined', 'dead')`,
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provider_webhooks_unassigned');
    await runner.query('DROP INDEX users_erased_at');
  }
}
