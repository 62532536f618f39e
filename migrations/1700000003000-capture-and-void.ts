import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments that are authorised first, captured in parts, and whose rest is voided. */
export class CaptureAndVoid1700000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments
        ADD voided_amount bigint NOT NULL DEFAULT 0,
        ADD void_pending bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT captured_within_authorized,
        ADD CONSTRAINT captured_within_authorized CHECK (
          captured_amount >= 0 AND capture_pending >= 0 AND voided_amount >= 0 AND void_pending >= 0
          AND captured_amount + capture_pending + voided_amount + void_pending <= authorized_amount);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments
        DROP CONSTRAINT captured_within_authorized,
        ADD CONSTRAINT captured_within_authorized
          CHECK (captured_amount >= 0 AND capture_pending >= 0 AND captured_amount + capture_pending <= authorized_amount),
        DROP COLUMN voided_amount,
        DROP COLUMN void_pending;
    `);
  }
}
