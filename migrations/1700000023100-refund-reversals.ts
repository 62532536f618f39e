import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sandbox can return the money of a refund after it succeeded. */
export class RefundReversals1700000023100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(allowing(`'dispute', 'dispute_reversal', 'refund_reversal'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE sandbox.webhooks SET movement = NULL WHERE movement = 'refund_reversal'`);
    await runner.query(allowing(`'dispute', 'dispute_reversal'`));
  }
}

const allowing = (movements: string) => `
  ALTER TABLE sandbox.webhooks
    DROP CONSTRAINT webhooks_movement_check,
    ADD CONSTRAINT webhooks_movement_check CHECK (movement IN (${movements}))`;
