import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Refunded lines say which pieces they are of: how many were shipped when they were refunded, and how many of the line were cancelled. A later
 * cancellation so knows which of its pieces were refunded. Of older rows it counts the refunded pieces first.
 */
export class RefundsAfterCancellations1700000039100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE refund_lines
        ADD of_shipped int NOT NULL DEFAULT 0,
        ADD cancelled_before int NOT NULL DEFAULT 0,
        ADD CONSTRAINT refund_lines_of_shipped CHECK (of_shipped BETWEEN 0 AND CASE WHEN of_charge THEN 0 ELSE quantity END) NOT VALID,
        ADD CONSTRAINT refund_lines_cancelled_before CHECK (cancelled_before >= 0 AND NOT (of_charge AND cancelled_before > 0)) NOT VALID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE refund_lines DROP COLUMN cancelled_before, DROP COLUMN of_shipped');
  }
}
