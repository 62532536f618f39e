import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../src/platform/database/index.js';

/**
 * Finds payments by status, unless they are in progress or captured, which most payments are; a payment that is captured at once never enters it.
 * Lists of refunds and disputes by status, and accounts by the words of their name.
 */
export class ExceptionalPayments1700000036100 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, {
      name: 'payments_exceptional',
      definition: `ON payments (status, id) WHERE status IN ('requires_action', 'authorized', 'partially_captured', 'partially_refunded',
        'refunded', 'cancelled', 'declined', 'failed')`,
    });
    await createIndexConcurrently(runner, { name: 'refunds_status', definition: 'ON refunds (status, id)' });
    await createIndexConcurrently(runner, { name: 'disputes_status', definition: 'ON disputes (status, id)' });
    await createIndexConcurrently(runner, {
      name: 'users_name',
      definition: `ON users USING gin (to_tsvector('simple', name))`,
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX users_name, disputes_status, refunds_status, payments_exceptional');
  }
}
