import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A kept answer that shows something under way: a repeat gets the present state instead. */
export class ProvisionalAnswers1700000015000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys ADD COLUMN provisional boolean NOT NULL DEFAULT false');
    // Keys are kept for two days, so that answers from before the upgrade may still be repeated.
    await runner.query(`
      UPDATE idempotency_keys SET provisional = true
      WHERE status < 400 AND (route LIKE '%/payments' OR route LIKE '%/refunds')
        AND body::jsonb ->> 'status' IN ('processing', 'requires_action', 'pending')`);
    // A lack of stock or of store credit was kept until now; it is decided anew from now on.
    await runner.query(`
      DELETE FROM idempotency_keys
      WHERE status = 409
        AND body::jsonb ->> 'code' IN ('insufficient_stock', 'product_unavailable', 'insufficient_store_credit')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys DROP COLUMN provisional');
  }
}
