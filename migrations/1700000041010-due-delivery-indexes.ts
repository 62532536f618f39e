import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../src/platform/database/index.js';

/** Finds what is due, and what was given up, by columns that stay as they are while a delivery is on its way. */
export class DueDeliveryIndexes1700000041010 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, {
      name: 'event_deliveries_due',
      definition: 'ON event_deliveries (consumer, due_at) WHERE due_at IS NOT NULL',
    });
    await createIndexConcurrently(runner, {
      name: 'event_deliveries_given_up',
      definition: 'ON event_deliveries (consumer, event_id) WHERE due_at IS NULL AND done_at IS NULL',
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX event_deliveries_given_up, event_deliveries_due');
  }
}
