import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the constraints, since validating reads the tables: this lock lets everybody read and write. */
export class ValidatedParts1700000039130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE refund_lines VALIDATE CONSTRAINT refund_lines_of_shipped, VALIDATE CONSTRAINT refund_lines_cancelled_before;
      ALTER TABLE charge_groups VALIDATE CONSTRAINT charge_groups_booked;
      ALTER TABLE order_discounts VALIDATE CONSTRAINT order_discounts_benefit_check;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE refund_lines DROP CONSTRAINT refund_lines_of_shipped, DROP CONSTRAINT refund_lines_cancelled_before,
        ADD CONSTRAINT refund_lines_of_shipped
          CHECK (of_shipped BETWEEN 0 AND CASE WHEN of_charge THEN 0 ELSE quantity END) NOT VALID,
        ADD CONSTRAINT refund_lines_cancelled_before
          CHECK (cancelled_before >= 0 AND NOT (of_charge AND cancelled_before > 0)) NOT VALID;
      ALTER TABLE charge_groups DROP CONSTRAINT charge_groups_booked,
        ADD CONSTRAINT charge_groups_booked CHECK (booked <= net) NOT VALID;
      ALTER TABLE order_discounts DROP CONSTRAINT order_discounts_benefit_check,
        ADD CONSTRAINT order_discounts_benefit_check CHECK (benefit IN ('percent', 'amount', 'pieces', 'shipping')) NOT VALID;`);
  }
}
