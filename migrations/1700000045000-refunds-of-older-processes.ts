import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_REFUND = 'a.payment_id = NEW.payment_id AND a.refund_id = NEW.id';
const SUPERSEDED = 'FROM superseded_refunds s JOIN refund_lines f USING (refund_id) WHERE s.refund_id = NEW.id';
const SOLD_ANEW = (condition: string, constraint: string, what: string) => `
        IF ${condition} THEN
          RAISE EXCEPTION 'the pieces of refund % were ${what} anew', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = '${constraint}';
        END IF;`;
const BEFORE = SOLD_ANEW(`now_is = 'pending' AND EXISTS (SELECT ${SUPERSEDED})`, 'refund_of_pieces_sold_anew', 'sold');
/** An earlier try that is under way may end when the money of a later one has come back: that is no new try. */
const NOW =
  SOLD_ANEW(
    `now_is = 'pending' AND OLD.status <> 'succeeded' AND EXISTS (SELECT ${SUPERSEDED})`,
    'refund_of_pieces_sold_anew',
    'sold',
  ) +
  SOLD_ANEW(
    `now_is = 'pending' AND OLD.status <> 'succeeded' AND EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = NEW.id)`,
    'refund_of_pieces_refunded_anew',
    'refunded',
  );

const rules = (ofPieces: string) => `
      CREATE OR REPLACE FUNCTION assert_refund_by_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        now_is text;
      BEGIN
        SELECT r.status INTO now_is FROM refunds r WHERE r.id = NEW.id;
        IF now_is IN ('pending', 'failed') AND EXISTS (
          SELECT FROM payment_attempts a WHERE ${OF_REFUND} AND a.state = 'succeeded')
        THEN
          RAISE EXCEPTION 'refund % was made, and is to be %', NEW.id, now_is
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_made_is_made';
        END IF;
        IF now_is = 'pending' AND (SELECT bool_or(a.state = 'failed') AND NOT bool_or(a.state NOT IN ('succeeded', 'declined', 'failed'))
          FROM payment_attempts a WHERE ${OF_REFUND})
        THEN
          RAISE EXCEPTION 'the money of refund % came back, and nothing is under way', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_returned_is_left_to_people';
        END IF;${ofPieces}
        RETURN NULL;
      END $$;`;

/**
 * Processes of the release before let the last try of a refund alone decide, and the database refused what they wrote of a refund that an earlier try had
 * made: its webhook was quarantined. Now the database writes what follows from all tries: the refund stays made, and one whose money came back is left to
 * people. A refund whose pieces were refunded anew before it was made after all is tried again by no process.
 */
export class RefundsOfOlderProcesses1700000045000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`${rules(NOW)}
      CREATE FUNCTION let_refund_follow_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- Who tries a refund again makes a failed one pending: that is not corrected, but refused.
        IF (NEW.status = 'failed' OR OLD.status = 'succeeded')
          AND EXISTS (SELECT FROM payment_attempts a WHERE ${OF_REFUND} AND a.state = 'succeeded')
        THEN
          NEW.status := 'succeeded';
        ELSIF OLD.status = 'pending' AND NEW.status = 'pending' AND (
          SELECT bool_or(a.state = 'failed') AND NOT bool_or(a.state NOT IN ('succeeded', 'declined', 'failed'))
          FROM payment_attempts a WHERE ${OF_REFUND})
        THEN
          NEW.status := 'failed';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refund_as_its_attempts BEFORE UPDATE ON refunds FOR EACH ROW
        WHEN (NEW.status IN ('pending', 'failed')) EXECUTE FUNCTION let_refund_follow_attempts();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER refund_as_its_attempts ON refunds;
      DROP FUNCTION let_refund_follow_attempts;${rules(BEFORE)}
    `);
  }
}
