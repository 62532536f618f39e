import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * From which day's statement each ledger transaction was posted, so that a run of the day tells when the provider takes its line back.
 * Transactions of earlier runs, and of processes of the release before, have no row and are not missed.
 */
export class StatementPostings1700000049900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE statement_postings (
        transaction_id uuid PRIMARY KEY REFERENCES ledger_transactions DEFERRABLE INITIALLY DEFERRED,
        provider       text NOT NULL,
        date           date NOT NULL
      );
      CREATE INDEX statement_postings_day ON statement_postings (provider, date);
      CREATE TRIGGER statement_postings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_postings
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`);
  }

  /** Lines that a provider takes back are not missed any more. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE statement_postings');
  }
}
