import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the trigger that keeps it so, whose lock holds up whoever writes an order: this reads all orders and locks few. */
export class ForgottenAmounts1700000039140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE orders SET agreed_amount = NULL WHERE agreed_amount IS NOT NULL AND status IN ('cancelled', 'expired')`,
    );
  }

  /** The amounts meant nothing. */
  async down(): Promise<void> {}
}
