import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lets an incremental proof of stock and disputes read what was written, instead of whole tables. */
export class IncrementalProof1700000021400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- By product, the sums of the movements that were written before a checkpoint's oldest open transaction. seq: the checkpoint
      -- that wrote the row, in its own transaction; a row with another xmin is not trusted, and all movements are summed again.
      CREATE TABLE proof_stock (
        product_id uuid PRIMARY KEY,
        seq        int NOT NULL,
        on_hand    bigint NOT NULL,
        reserved   bigint NOT NULL
      ) WITH (fillfactor = 50);

      CREATE INDEX provider_events_dispute ON provider_events (dispute_id) WHERE dispute_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX provider_events_dispute; DROP TABLE proof_stock');
  }
}
