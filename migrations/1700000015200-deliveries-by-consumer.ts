import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each consumer's due deliveries are found by themselves, however many another one has. */
export class DeliveriesByConsumer1700000015200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX event_deliveries_open ON event_deliveries (consumer, next_attempt_at)
        WHERE status IN ('pending', 'queued', 'running');
      DROP INDEX event_deliveries_due;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX event_deliveries_due ON event_deliveries (next_attempt_at)
        WHERE status IN ('pending', 'queued', 'running');
      DROP INDEX event_deliveries_open;
    `);
  }
}
