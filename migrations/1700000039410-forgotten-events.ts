import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Up to where events are deleted, so that a reader who asks for older ones is told. What was deleted before this migration is known by its
 * position alone.
 */
export class ForgottenEvents1700000039410 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE event_sequence ADD COLUMN forgotten bigint NOT NULL DEFAULT 0, ADD COLUMN forgotten_event uuid;
      UPDATE event_sequence SET forgotten = coalesce((SELECT min(position) - 1 FROM event_log), last);
      ${forgetEvents(`
        WITH forgotten AS (DELETE FROM event_log l USING gone WHERE l.event_id = gone.id RETURNING l.position, l.event_id)
        UPDATE event_sequence s
        SET forgotten = greatest(s.forgotten, f.position), forgotten_event = greatest(s.forgotten_event, f.event_id)
        FROM (SELECT max(position) AS position, max(event_id::text)::uuid AS event_id FROM forgotten) f
        WHERE f.position IS NOT NULL;`)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${forgetEvents('DELETE FROM event_log l USING gone WHERE l.event_id = gone.id;')}
      ALTER TABLE event_sequence DROP COLUMN forgotten, DROP COLUMN forgotten_event;
    `);
  }
}

const forgetEvents = (body: string) => `
      CREATE OR REPLACE FUNCTION forget_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        ${body.trim()}
        RETURN NULL;
      END $$;`;
