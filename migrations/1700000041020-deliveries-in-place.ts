import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes away the indexes whose conditions name the status: each step of a delivery wrote all of them. Workers of the release before read the table
 * from its start until they are replaced: slower, and right.
 */
export class DeliveriesInPlace1700000041020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX event_deliveries_open, event_deliveries_dead;
      ALTER TABLE event_deliveries VALIDATE CONSTRAINT event_deliveries_ended;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX event_deliveries_open ON event_deliveries (consumer, next_attempt_at)
        WHERE status IN ('pending', 'queued', 'running');
      CREATE INDEX event_deliveries_dead ON event_deliveries (consumer) WHERE status = 'dead';
      ALTER TABLE event_deliveries DROP CONSTRAINT event_deliveries_ended,
        ADD CONSTRAINT event_deliveries_ended CHECK ((due_at IS NULL) = (status IN ('done', 'dead'))) NOT VALID;
    `);
  }
}
