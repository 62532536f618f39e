import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Puts the events into the log that left the outbox before there was one, below all that came since. Locks nothing. */
export class LoggedEvents1700000037100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO event_log (position, event_id, type, aggregate_id)
      SELECT first.position - row_number() OVER (ORDER BY e.id DESC), e.id, e.type, e.aggregate_id
      FROM events e CROSS JOIN (
        SELECT coalesce((SELECT min(position) FROM event_log), (SELECT last + 1 FROM event_sequence)) AS position) first
      WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.event_id = e.id)
        AND NOT EXISTS (SELECT FROM event_log l WHERE l.event_id = e.id)
    `);
  }

  /** The migration before drops the log. */
  async down(): Promise<void> {}
}
