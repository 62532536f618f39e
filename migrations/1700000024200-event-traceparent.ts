import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The position in the trace of whoever recorded an event (W3C Trace Context), so that its effects continue the trace. */
export class EventTraceparent1700000024200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE events ADD traceparent text;
      ALTER TABLE events ADD CONSTRAINT traceparent_of_w3c
        CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$') NOT VALID;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE events DROP COLUMN traceparent');
  }
}
