import type { MigrationInterface, QueryRunner } from 'typeorm';

const KNOWN = `'missing_in_ledger', 'missing_at_provider', 'amount_differs', 'currency_differs', 'duplicate'`;
const reasons = (allowed: string) => `
  ALTER TABLE reconciliation_differences
    DROP CONSTRAINT reconciliation_differences_reason_check,
    ADD CONSTRAINT reconciliation_differences_reason_check CHECK (reason IN (${allowed}))`;

/** Every line of a statement is posted or listed, whatever its kind, and their sum is that of the statement. */
export class StatementTotals1700000023200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(reasons(`${KNOWN}, 'unknown_kind', 'foreign', 'total_differs'`));
    await runner.query(`
      -- type: the provider's name of the kind. effect: what the statement has more than the ledger because of the difference, in the last
      -- run of the day; 0 if that run did not find it.
      ALTER TABLE reconciliation_differences ADD type text, ADD effect bigint NOT NULL DEFAULT 0;
      CREATE INDEX reconciliation_differences_effect ON reconciliation_differences (reconciliation_id) WHERE effect <> 0;

      -- The sum of a day's statement, in minor units; run: the run of the day that wrote it.
      CREATE TABLE reconciliation_totals (
        reconciliation_id uuid NOT NULL REFERENCES reconciliations,
        currency          char(3) NOT NULL,
        run               int NOT NULL,
        statement         bigint NOT NULL,
        posted            bigint NOT NULL,
        differing         bigint NOT NULL,
        PRIMARY KEY (reconciliation_id, currency),
        CONSTRAINT statement_is_posted_or_differs CHECK (statement = posted + differing)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE reconciliation_totals;
      DROP INDEX reconciliation_differences_effect;
      ALTER TABLE reconciliation_differences DROP COLUMN type, DROP COLUMN effect;
      DELETE FROM reconciliation_differences WHERE reason IN ('unknown_kind', 'foreign', 'total_differs');
    `);
    await runner.query(reasons(KNOWN));
  }
}
