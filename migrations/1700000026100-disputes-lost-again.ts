import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A dispute that was won may be lost, again and again: the payment then holds less than before if money went back meanwhile. */
export class DisputesLostAgain1700000026100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The latest time for which the provider reported the decision again; null for the time of the decision.
      ALTER TABLE disputes ADD reported_at timestamptz;

      -- Of the loss of a dispute that had been won: the part that the payment held at that time.
      ALTER TABLE provider_events
        ADD covered_amount bigint,
        ADD CONSTRAINT provider_event_covered_within_amount
          CHECK (covered_amount IS NULL OR type = 'dispute_lost' AND covered_amount BETWEEN 0 AND amount) NOT VALID;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE provider_events DROP COLUMN covered_amount; ALTER TABLE disputes DROP COLUMN reported_at',
    );
  }
}
