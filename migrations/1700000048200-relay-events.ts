import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The relay in one call of several statements. In a Citus cluster, an INSERT within WITH that reads another part of its statement sends those rows to every
 * node, also to one that is away; each of these statements stays on the node of its tables.
 */
export class RelayEvents1700000048200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Takes the oldest events of the outbox, and makes one delivery for each consumer whose type they have. One relay at a time, so that a version of a thing
      -- never gets a position in the log above that of a later one; a trigger of the outbox assigns them. Another one takes nothing meanwhile.
      CREATE FUNCTION relay_events(subscribers text[], types text[], most integer, OUT taken integer, OUT consumers text[])
      LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        ids uuid[];
        wanted uuid[];
        wanted_by text[];
      BEGIN
        taken := 0;
        consumers := '{}';
        -- A lock is written to disk.
        PERFORM FROM event_sequence WHERE EXISTS (SELECT FROM outbox) FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN RETURN; END IF;
        WITH gone AS (
          DELETE FROM outbox WHERE event_id IN (SELECT event_id FROM outbox ORDER BY event_id LIMIT most FOR UPDATE SKIP LOCKED)
          RETURNING event_id)
        SELECT count(*), array_agg(event_id) INTO taken, ids FROM gone;
        SELECT array_agg(e.id), array_agg(s.consumer) INTO wanted, wanted_by
        FROM events e JOIN unnest(subscribers, types) AS s (consumer, type) ON s.type IN (e.type, '*') WHERE e.id = ANY (ids);
        INSERT INTO event_deliveries (event_id, consumer) SELECT unnest(wanted), unnest(wanted_by) ON CONFLICT DO NOTHING;
        consumers := ARRAY(SELECT DISTINCT unnest(wanted_by));
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION relay_events');
  }
}
