import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every event gets a position when it leaves the outbox: without a gap, and never below one that a reader may have seen, so that a
 * transaction that commits late is not skipped. A trigger assigns it, so that processes of the release before do so too, and placing and
 * paying do nothing for it.
 */
export class EventLog1700000037000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row, whose lock is the right to assign positions.
      CREATE TABLE event_sequence (
        id   int PRIMARY KEY DEFAULT 1 CHECK (id = 1),
        last bigint NOT NULL
      ) WITH (fillfactor = 50);
      CREATE TRIGGER event_sequence_kept BEFORE DELETE ON event_sequence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER event_sequence_grows BEFORE UPDATE ON event_sequence FOR EACH ROW
        WHEN (NEW.last < OLD.last) EXECUTE FUNCTION refuse_change();

      CREATE TABLE event_log (
        position     bigint PRIMARY KEY,
        event_id     uuid NOT NULL UNIQUE,
        type         text NOT NULL,
        aggregate_id text NOT NULL
      );
      CREATE INDEX event_log_type ON event_log (type, position);
      CREATE INDEX event_log_aggregate ON event_log (aggregate_id, position);
      CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE ON event_log FOR EACH ROW
        WHEN (current_setting('till.erasing', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();

      -- In the order of the ids, and of one thing in the order of its versions, whatever the clocks of two processes say.
      CREATE FUNCTION log_events() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        number bigint;
        upto bigint;
      BEGIN
        SELECT count(*) INTO number FROM gone;
        IF number = 0 THEN RETURN NULL; END IF;
        UPDATE event_sequence SET last = last + number RETURNING last INTO STRICT upto;
        INSERT INTO event_log (position, event_id, type, aggregate_id)
        SELECT upto - number + row_number() OVER (ORDER BY place, version, id), id, type, aggregate_id FROM (
          SELECT e.id, e.type, e.aggregate_id, e.aggregate_version AS version,
            max(e.id::text) OVER (PARTITION BY e.aggregate_id ORDER BY e.aggregate_version, e.id) AS place
          FROM gone JOIN events e ON e.id = gone.event_id) placed;
        RETURN NULL;
      END $$;
      CREATE FUNCTION forget_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM event_log l USING gone WHERE l.event_id = gone.id;
        RETURN NULL;
      END $$;

      -- The events that are there get the positions up to this one, in the next migration.
      INSERT INTO event_sequence (last) SELECT count(*) FROM events;
      CREATE TRIGGER outbox_logged AFTER DELETE ON outbox REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION log_events();
      CREATE TRIGGER events_forgotten AFTER DELETE ON events REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION forget_events();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER events_forgotten ON events;
      DROP TRIGGER outbox_logged ON outbox;
      DROP FUNCTION log_events, forget_events;
      DROP TABLE event_log, event_sequence;
    `);
  }
}
