import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the sandbox is to tell by webhook. It is on its way while `next_attempt_at` is set, and then has arrived, or was given up. */
export class SandboxWebhooks1700000006100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sandbox.webhooks (
        id              uuid PRIMARY KEY,
        payment_id      uuid NOT NULL,
        body            text NOT NULL,
        -- How often it is sent at once.
        copies          int NOT NULL,
        -- The operation that is decided when this is told, if it was not before.
        decides         uuid,
        -- A line of the sandbox's books that is written when this is told: money taken by a dispute, or given back.
        movement        text CHECK (movement IN ('dispute', 'dispute_reversal')),
        attempts        int NOT NULL DEFAULT 0,
        next_attempt_at timestamptz
      );
      CREATE INDEX webhooks_due ON sandbox.webhooks (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX webhooks_payment ON sandbox.webhooks (payment_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE sandbox.webhooks`);
  }
}
