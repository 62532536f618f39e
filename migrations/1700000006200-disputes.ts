import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Disputes: a shopper's bank takes money back until it is decided whose it is. What is open or lost can't be refunded as
 * well. A provider's event is about an operation or about a dispute.
 */
export class Disputes1700000006200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE disputes (
        id         uuid PRIMARY KEY,
        payment_id uuid NOT NULL REFERENCES payments,
        provider   text NOT NULL,
        reference  text NOT NULL CHECK (length(reference) BETWEEN 1 AND 300),
        amount     bigint NOT NULL CHECK (amount BETWEEN 1 AND 999999999999),
        status     text NOT NULL CHECK (status IN ('open', 'won', 'lost')),
        opened_at  timestamptz NOT NULL,
        closed_at  timestamptz,
        UNIQUE (provider, reference),
        CONSTRAINT dispute_closed_once_decided CHECK ((status = 'open') = (closed_at IS NULL))
      );
      CREATE INDEX disputes_payment ON disputes (payment_id, id);

      ALTER TABLE payments
        ADD disputed_amount bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT refunded_within_captured,
        ADD CONSTRAINT refunded_within_captured CHECK (refunded_amount >= 0 AND refund_pending >= 0 AND disputed_amount >= 0
          AND refunded_amount + refund_pending + disputed_amount <= captured_amount);

      ALTER TABLE provider_events
        ALTER attempt_id DROP NOT NULL,
        ADD dispute_id uuid REFERENCES disputes,
        ADD CONSTRAINT provider_event_about_one_thing CHECK (num_nonnulls(attempt_id, dispute_id) = 1);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM provider_events WHERE attempt_id IS NULL;
      ALTER TABLE provider_events
        DROP CONSTRAINT provider_event_about_one_thing,
        DROP COLUMN dispute_id,
        ALTER attempt_id SET NOT NULL;
      ALTER TABLE payments
        DROP CONSTRAINT refunded_within_captured,
        ADD CONSTRAINT refunded_within_captured
          CHECK (refunded_amount >= 0 AND refund_pending >= 0 AND refunded_amount + refund_pending <= captured_amount),
        DROP COLUMN disputed_amount;
      DROP TABLE disputes;
    `);
  }
}
