import type { MigrationInterface, QueryRunner } from 'typeorm';

const within = (superseded: string) => `
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
        WHERE r.status IN ('pending', 'succeeded')${superseded} AND l.order_id IN (
          SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = ANY (refunded))
        GROUP BY l.order_id, l.id, l.quantity, l.whole_gross, l.whole_tax HAVING sum(f.quantity) > l.quantity OR sum(f.gross) > l.whole_gross OR sum(f.tax) > l.whole_tax
          OR bool_or(f.of_charge <> l.is_charge) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'more is refunded of line % than was sold', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_lines_within_sold';
        END IF;
      END $$;`;

/**
 * Refunds whose order has to be paid in full in spite of them, because it lost all its money or was not paid yet: its pieces are sold anew, so they
 * count neither for its pieces nor for what it may keep. Of orders that are there, these are the refunds of those that keep their whole total.
 * Processes of the release before write none, and count all refunds as they did.
 */
export class SupersededRefunds1700000043000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE superseded_refunds (
        refund_id  uuid PRIMARY KEY REFERENCES refunds,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TRIGGER superseded_refunds_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON superseded_refunds
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      INSERT INTO superseded_refunds (refund_id)
      SELECT r.id FROM orders o JOIN payments p ON p.order_id = o.id JOIN refunds r ON r.payment_id = p.id
      WHERE o.refunded_amount > 0 AND o.agreed_amount IS NULL AND o.status IN ('pending', 'confirmed') AND r.status = 'succeeded';
      ${within(' AND NOT EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id)')}`);
  }

  /** What was refunded again stays; the database then refuses only further refunds of these pieces. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`${within('')}
      DROP TABLE superseded_refunds;`);
  }
}
