import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What providers told us, byte for byte, kept before they are answered. `next_attempt_at` is when a webhook is (again) to be
 * processed, by whichever worker, and while one is at it, when it counts as lost. A waiting one says what it waits for:
 * a payment or operation that is not known yet, or the next version of a payment that is.
 */
export class WebhookInbox1700000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_webhooks (
        id                uuid PRIMARY KEY,
        provider          text NOT NULL,
        provider_event_id text NOT NULL CHECK (length(provider_event_id) BETWEEN 1 AND 300),
        type              text NOT NULL,
        raw               bytea NOT NULL,
        headers           jsonb NOT NULL,
        state             text NOT NULL
          CHECK (state IN ('received', 'waiting', 'applied', 'ignored', 'quarantined', 'dead')),
        reason            text,
        attempts          int NOT NULL DEFAULT 0,
        received_at       timestamptz NOT NULL,
        processed_at      timestamptz,
        next_attempt_at   timestamptz CHECK (next_attempt_at IS NULL OR state IN ('received', 'waiting')),
        waiting_since     timestamptz,
        payment_id        uuid REFERENCES payments,
        payment_version   int,
        reference         text,
        attempt_id        uuid,
        UNIQUE (provider, provider_event_id)
      ) WITH (fillfactor = 70);
      CREATE INDEX provider_webhooks_due ON provider_webhooks (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX provider_webhooks_stuck ON provider_webhooks (state, provider)
        WHERE state IN ('waiting', 'quarantined', 'dead');
      CREATE INDEX provider_webhooks_received ON provider_webhooks (received_at);
      CREATE INDEX provider_webhooks_payment ON provider_webhooks (payment_id) WHERE payment_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE provider_webhooks`);
  }
}
