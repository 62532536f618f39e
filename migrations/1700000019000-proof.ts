import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the proof keeps: digests of rows that never change, and checkpoints that chain them to the number of rows of each table and to
 * the head of the ledger's seals.
 */
export class Proof1700000019000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The columns that a digest was made of. A table gets another format when it gets another column.
      CREATE TABLE proof_formats (
        id      smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        kind    smallint NOT NULL,
        columns text[] NOT NULL,
        UNIQUE (kind, columns)
      );

      -- One for each sealed row. kind is the table's code (src/platform/proof/proven-table.ts), seq the checkpoint that sealed it.
      CREATE TABLE proof_facts (
        id     uuid NOT NULL,
        seq    int NOT NULL,
        kind   smallint NOT NULL,
        format smallint NOT NULL,
        digest bytea NOT NULL CHECK (octet_length(digest) = 16),
        PRIMARY KEY (kind, id)
      );
      CREATE TRIGGER proof_facts_append_only BEFORE UPDATE OR DELETE ON proof_facts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER proof_facts_no_truncate BEFORE TRUNCATE ON proof_facts EXECUTE FUNCTION refuse_change();

      -- hash = sha256(hash of the checkpoint before || content). base: every transaction with a lower id had ended. xid: the
      -- transaction that wrote the checkpoint; a row with another xmin was restored, and transaction ids say nothing.
      CREATE TABLE proof_checkpoints (
        seq     int PRIMARY KEY CHECK (seq > 0),
        at      timestamptz NOT NULL,
        base    xid8 NOT NULL,
        xid     xid8 NOT NULL DEFAULT pg_current_xact_id(),
        content text NOT NULL,
        hash    bytea NOT NULL CHECK (octet_length(hash) = 32)
      );
      CREATE TRIGGER proof_checkpoints_append_only BEFORE UPDATE OR DELETE ON proof_checkpoints
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER proof_checkpoints_no_truncate BEFORE TRUNCATE ON proof_checkpoints EXECUTE FUNCTION refuse_change();

      -- Full proofs that ended.
      CREATE TABLE proof_runs (
        id      bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        at      timestamptz NOT NULL,
        took_ms int NOT NULL,
        holds   boolean NOT NULL,
        failed  text[] NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE proof_runs, proof_checkpoints, proof_facts, proof_formats');
  }
}
