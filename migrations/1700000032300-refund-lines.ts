import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refunds of pieces of lines: what each of them returned of its line, and of the tax in it. */
export class RefundLines1700000032300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE refund_lines (
        id        uuid PRIMARY KEY,
        refund_id uuid NOT NULL REFERENCES refunds,
        line_id   uuid NOT NULL,
        quantity  int NOT NULL CHECK (quantity > 0),
        gross     bigint NOT NULL CHECK (gross >= 0),
        tax       bigint NOT NULL,
        CONSTRAINT refund_lines_once UNIQUE (refund_id, line_id),
        CONSTRAINT refund_lines_tax CHECK (tax BETWEEN 0 AND gross)
      );
      CREATE TRIGGER refund_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON refund_lines
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- Compares the refunds of these orders that succeeded or are in progress with what was sold, all in one pass.
      CREATE FUNCTION assert_refund_lines(refunded uuid[]) RETURNS void LANGUAGE plpgsql AS $$
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
        FROM order_lines l JOIN payments p ON p.order_id = l.order_id JOIN refunds r ON r.payment_id = p.id
          JOIN refund_lines f ON f.refund_id = r.id AND f.line_id = l.id
        WHERE r.status IN ('pending', 'succeeded') AND l.order_id IN (
          SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = ANY (refunded))
        GROUP BY l.order_id, l.position HAVING sum(f.quantity) > l.quantity OR sum(f.gross) > line_gross(l) OR sum(f.tax) > l.tax LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'more is refunded of line % than was sold', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_lines_within_sold';
        END IF;
      END $$;
      CREATE FUNCTION assert_new_refund_lines() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_refund_lines((SELECT array_agg(DISTINCT refund_id) FROM after));
        RETURN NULL;
      END $$;
      CREATE FUNCTION assert_retried_refund() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_refund_lines(ARRAY[NEW.id]);
        RETURN NULL;
      END $$;
      CREATE TRIGGER refund_lines_within_sold AFTER INSERT ON refund_lines REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_new_refund_lines();
      CREATE TRIGGER retried_refunds_within_sold AFTER UPDATE ON refunds FOR EACH ROW
        WHEN (OLD.status IN ('failed', 'cancelled') AND NEW.status IN ('pending', 'succeeded')) EXECUTE FUNCTION assert_retried_refund();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER retried_refunds_within_sold ON refunds;
      DROP TABLE refund_lines;
      DROP FUNCTION assert_new_refund_lines, assert_retried_refund, assert_refund_lines;
    `);
  }
}
