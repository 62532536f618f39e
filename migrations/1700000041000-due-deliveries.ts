import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Since when a delivery is due, apart from what changes while it is on its way: an index of this column alone lets PostgreSQL update the
 * rest of a row in place (HOT). Null once nobody waits for it any more. A trigger keeps it, so that processes of the release before do too.
 */
export class DueDeliveries1700000041000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE event_deliveries ADD COLUMN due_at timestamptz;
      ALTER TABLE event_deliveries ALTER due_at SET DEFAULT now();
      -- Room in each page for what a delivery goes through.
      ALTER TABLE event_deliveries SET (fillfactor = 50);
      UPDATE event_deliveries SET due_at = next_attempt_at WHERE status IN ('pending', 'queued', 'running');
      ALTER TABLE event_deliveries ADD CONSTRAINT event_deliveries_ended
        CHECK ((due_at IS NULL) = (status IN ('done', 'dead'))) NOT VALID;

      -- What is queued or running stays due as it was, until its next attempt is known.
      CREATE FUNCTION note_delivery_due() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.due_at := CASE WHEN NEW.status NOT IN ('done', 'dead') THEN NEW.next_attempt_at END;
        RETURN NEW;
      END $$;
      CREATE TRIGGER event_deliveries_made BEFORE INSERT ON event_deliveries FOR EACH ROW
        WHEN (NEW.status IN ('done', 'dead') OR NEW.due_at IS DISTINCT FROM NEW.next_attempt_at)
        EXECUTE FUNCTION note_delivery_due();
      CREATE TRIGGER event_deliveries_moved BEFORE UPDATE ON event_deliveries FOR EACH ROW
        WHEN (NEW.status IN ('pending', 'done', 'dead') OR NEW.due_at IS NULL) EXECUTE FUNCTION note_delivery_due();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER event_deliveries_moved ON event_deliveries;
      DROP TRIGGER event_deliveries_made ON event_deliveries;
      DROP FUNCTION note_delivery_due();
      ALTER TABLE event_deliveries DROP CONSTRAINT event_deliveries_ended, DROP COLUMN due_at;
      ALTER TABLE event_deliveries RESET (fillfactor);
    `);
  }
}
