import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A refund follows from all of its tries when a transaction commits: one try that was made makes it succeed, whatever becomes of the others; one whose
 * money came back does not wait for Till to try it again; and pieces that were sold anew are not returned by the refund from before. Refunds that
 * break a rule already stay as they are.
 */
export class RefundsByAttempts1700000044750 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION assert_refund_by_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        now_is text;
      BEGIN
        SELECT r.status INTO now_is FROM refunds r WHERE r.id = NEW.id;
        IF now_is IN ('pending', 'failed') AND EXISTS (
          SELECT FROM payment_attempts a WHERE a.payment_id = NEW.payment_id AND a.refund_id = NEW.id AND a.state = 'succeeded')
        THEN
          RAISE EXCEPTION 'refund % was made, and is to be %', NEW.id, now_is
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_made_is_made';
        END IF;
        IF now_is = 'pending' AND (SELECT bool_or(a.state = 'failed') AND NOT bool_or(a.state NOT IN ('succeeded', 'declined', 'failed'))
          FROM payment_attempts a WHERE a.payment_id = NEW.payment_id AND a.refund_id = NEW.id)
        THEN
          RAISE EXCEPTION 'the money of refund % came back, and nothing is under way', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_returned_is_left_to_people';
        END IF;
        IF now_is = 'pending' AND EXISTS (SELECT FROM superseded_refunds s JOIN refund_lines f USING (refund_id) WHERE s.refund_id = NEW.id)
        THEN
          RAISE EXCEPTION 'the pieces of refund % were sold anew', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_of_pieces_sold_anew';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER refund_follows_attempts AFTER UPDATE ON refunds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('pending', 'failed')) EXECUTE FUNCTION assert_refund_by_attempts();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER refund_follows_attempts ON refunds;
      DROP FUNCTION assert_refund_by_attempts;
    `);
  }
}
