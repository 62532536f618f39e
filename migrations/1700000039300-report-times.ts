import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../src/platform/database/index.js';

/** Finds the ledger transactions of a period. Its rows come in the order of their times, so the index has a line for each 128 pages and costs nothing to write. */
export class ReportTimes1700000039300 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexConcurrently(runner, {
      name: 'ledger_transactions_time',
      definition: 'ON ledger_transactions USING brin (created_at)',
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ledger_transactions_time');
  }
}
