import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Checks the orders and lines that are there, apart from the migrations that lock them: this lock lets everybody read and write. */
export class ValidatedMoney1700000041900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders VALIDATE CONSTRAINT order_captured_within_authorized;
      ALTER TABLE orders VALIDATE CONSTRAINT order_refunds_within_captured;
      ALTER TABLE orders VALIDATE CONSTRAINT order_agreed_not_negative;
      ALTER TABLE orders VALIDATE CONSTRAINT order_reserved_while_it_lives;
      ALTER TABLE order_lines VALIDATE CONSTRAINT line_not_overfulfilled;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        DROP CONSTRAINT order_captured_within_authorized,
        DROP CONSTRAINT order_refunds_within_captured,
        DROP CONSTRAINT order_agreed_not_negative,
        DROP CONSTRAINT order_reserved_while_it_lives,
        ADD CONSTRAINT order_captured_within_authorized CHECK (captured_amount >= 0 AND capture_pending >= 0
          AND void_pending >= 0 AND captured_amount + capture_pending + void_pending <= authorized_amount) NOT VALID,
        ADD CONSTRAINT order_refunds_within_captured CHECK (refunded_amount >= 0 AND refund_pending >= 0
          AND disputed_amount >= 0 AND charged_back_amount >= 0
          AND refunded_amount + refund_pending + disputed_amount + charged_back_amount <= captured_amount) NOT VALID,
        ADD CONSTRAINT order_agreed_not_negative CHECK (agreed_amount >= 0) NOT VALID,
        ADD CONSTRAINT order_reserved_while_it_lives CHECK (reserved_until IS NULL OR status = 'pending'
          OR (status = 'confirmed' AND fulfillment_status = 'unfulfilled')) NOT VALID;
      ALTER TABLE order_lines
        DROP CONSTRAINT line_not_overfulfilled,
        ADD CONSTRAINT line_not_overfulfilled CHECK (fulfilled_quantity >= 0 AND cancelled_quantity >= 0
          AND fulfilled_quantity::bigint + cancelled_quantity <= quantity) NOT VALID;
    `);
  }
}
