import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a refund `r` counts for the pieces that it names. */
const COUNTS = `r.status IN ('pending', 'succeeded') AND NOT EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id)`;
const NO_SURPLUS = ' AND NOT EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = r.id)';

const within = (counts: string) => `
      CREATE OR REPLACE FUNCTION assert_refund_lines(refunded uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT r.id INTO broken FROM refunds r JOIN refund_lines f ON f.refund_id = r.id
        WHERE r.id = ANY (refunded) GROUP BY r.id HAVING r.amount <> sum(f.gross) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the amount of refund % is not the sum of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_amount_is_its_lines';
        END IF;
        SELECT l.id INTO broken
        FROM order_parts l JOIN payments p ON p.order_id = l.order_id JOIN refunds r ON r.payment_id = p.id
          JOIN refund_lines f ON f.refund_id = r.id AND f.line_id = l.id
        WHERE ${counts} AND l.order_id IN (
          SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = ANY (refunded))
        GROUP BY l.order_id, l.id, l.quantity, l.whole_gross, l.whole_tax HAVING sum(f.quantity) > l.quantity OR sum(f.gross) > l.whole_gross OR sum(f.tax) > l.whole_tax
          OR bool_or(f.of_charge <> l.is_charge) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'more is refunded of line % than was sold', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_lines_within_sold';
        END IF;
      END $$;`;

/**
 * Refunds of pieces that had failed and that their provider made after all, when these pieces had been refunded anew: the money has left twice. Such a
 * refund counts for no pieces, as a refund of an amount. Processes of the release before write none, and quarantine the webhook that tells of one.
 */
export class SurplusRefunds1700000044500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE surplus_refunds (
        refund_id  uuid PRIMARY KEY REFERENCES refunds,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TRIGGER surplus_refunds_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON surplus_refunds
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      ${within(COUNTS + NO_SURPLUS)}
      -- Whether more would be refunded of a part than was sold if this refund counted as well.
      CREATE FUNCTION refund_exceeds_sold(refund uuid) RETURNS boolean STABLE LANGUAGE sql AS $$
        SELECT EXISTS (
          SELECT FROM order_parts l JOIN payments p ON p.order_id = l.order_id JOIN refunds r ON r.payment_id = p.id
            JOIN refund_lines f ON f.refund_id = r.id AND f.line_id = l.id
          WHERE (r.id = refund OR (${COUNTS}${NO_SURPLUS})) AND l.order_id = (
            SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = refund)
          GROUP BY l.order_id, l.id, l.quantity, l.whole_gross, l.whole_tax
          HAVING bool_or(r.id = refund) AND (sum(f.quantity) > l.quantity OR sum(f.gross) > l.whole_gross OR sum(f.tax) > l.whole_tax))
      $$;`);
  }

  /** What was refunded twice stays; the database then refuses only further refunds of these pieces. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION refund_exceeds_sold;
      ${within(COUNTS)}
      DROP TABLE surplus_refunds;`);
  }
}
