import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is on its way of an order's money is kept on the order: captures, voids and refunds under way, open disputes, and what
 * disputes have lost. `agreed_amount` is what the order may keep at most since something was refunded after it was paid.
 * A later migration validates the constraints, since that reads the table.
 */
export class MoneyInFlight1700000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        ADD capture_pending bigint NOT NULL DEFAULT 0,
        ADD void_pending bigint NOT NULL DEFAULT 0,
        ADD refund_pending bigint NOT NULL DEFAULT 0,
        ADD disputed_amount bigint NOT NULL DEFAULT 0,
        ADD charged_back_amount bigint NOT NULL DEFAULT 0,
        ADD agreed_amount bigint;
    `);
    await runner.query(FILL_PENDING);
    await runner.query(FILL_DISPUTES);
    await runner.query(FILL_AGREED);
    await runner.query(`
      ALTER TABLE orders
        DROP CONSTRAINT order_amounts_not_negative,
        DROP CONSTRAINT order_refunds_within_captured,
        ADD CONSTRAINT order_captured_within_authorized CHECK (captured_amount >= 0 AND capture_pending >= 0
          AND void_pending >= 0 AND captured_amount + capture_pending + void_pending <= authorized_amount) NOT VALID,
        ADD CONSTRAINT order_refunds_within_captured CHECK (refunded_amount >= 0 AND refund_pending >= 0
          AND disputed_amount >= 0 AND charged_back_amount >= 0
          AND refunded_amount + refund_pending + disputed_amount + charged_back_amount <= captured_amount) NOT VALID,
        ADD CONSTRAINT order_agreed_not_negative CHECK (agreed_amount >= 0) NOT VALID;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        DROP CONSTRAINT order_captured_within_authorized,
        DROP CONSTRAINT order_refunds_within_captured,
        DROP COLUMN capture_pending,
        DROP COLUMN void_pending,
        DROP COLUMN refund_pending,
        DROP COLUMN disputed_amount,
        DROP COLUMN charged_back_amount,
        DROP COLUMN agreed_amount,
        ADD CONSTRAINT order_amounts_not_negative CHECK (authorized_amount >= 0 AND captured_amount >= 0),
        ADD CONSTRAINT order_refunds_within_captured CHECK (refunded_amount BETWEEN 0 AND captured_amount);
    `);
  }
}

const FILL_PENDING = `
  UPDATE orders o SET capture_pending = p.capture, void_pending = p.void, refund_pending = p.refund
  FROM (
    SELECT order_id, sum(capture_pending) AS capture, sum(void_pending) AS void, sum(refund_pending) AS refund
    FROM payments WHERE capture_pending <> 0 OR void_pending <> 0 OR refund_pending <> 0 GROUP BY order_id
  ) p WHERE o.id = p.order_id`;
const FILL_DISPUTES = `
  UPDATE orders o SET disputed_amount = d.open, charged_back_amount = d.lost
  FROM (
    SELECT p.order_id, coalesce(sum(d.amount) FILTER (WHERE d.status = 'open'), 0) AS open,
      coalesce(sum(d.amount) FILTER (WHERE d.status = 'lost'), 0) AS lost
    FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE d.status <> 'won' GROUP BY p.order_id
  ) d WHERE o.id = d.order_id`;
/** What was refunded of a paid order, but for what had been paid beyond its total. */
const FILL_AGREED = `
  UPDATE orders SET agreed_amount = total - least(refunded_amount, total - (authorized_amount - refunded_amount))
  WHERE status IN ('confirmed', 'completed') AND refunded_amount > 0 AND authorized_amount - refunded_amount < total`;
