import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Brings databases that ran the first two migrations before they were edited to the schema of those that ran them after:
 * entries of a ledger transaction have positions without a gap, its balance is checked once rather than with each entry, and
 * the index of an account's entries has their positions. Does nothing where that is so.
 */
export class LedgerPositions1700000014100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(POSITIONS);
    await runner.query(FUNCTION);
    await runner.query(TRIGGER);
    await runner.query(INDEX);
  }

  /** What a database made anew has from its first migration stays. */
  async down(): Promise<void> {}
}

const POSITIONS = `
  DO $do$ BEGIN
    IF NOT EXISTS (
      SELECT FROM pg_constraint
      WHERE conrelid = 'ledger_entries'::regclass AND conname = 'ledger_entries_position_check'
    ) THEN
      ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_position_check CHECK (position > 0);
    END IF;
  END $do$`;

const FUNCTION = `
  DO $do$ BEGIN
    IF (SELECT prosrc NOT LIKE '%max(c.last)%' FROM pg_proc WHERE oid = 'assert_balanced'::regproc) THEN
      CREATE OR REPLACE FUNCTION assert_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    checked uuid;
  BEGIN
    IF TG_TABLE_NAME = 'ledger_entries' THEN checked := NEW.transaction_id; ELSE checked := NEW.id; END IF;
    IF NOT coalesce((
      SELECT sum(c.entries) >= 2 AND bool_and(c.total = 0) AND max(c.last) = sum(c.entries) FROM (
        SELECT count(*) AS entries, sum(e.amount) AS total, max(e.position) AS last
        FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        WHERE e.transaction_id = checked GROUP BY a.currency) c), false)
    THEN
      RAISE EXCEPTION 'ledger transaction % does not balance: it needs two or more entries that sum to zero per currency', checked
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_balanced';
    END IF;
    RETURN NULL;
  END $$;
    END IF;
  END $do$`;

const TRIGGER = `
  DO $do$ BEGIN
    IF (
      SELECT pg_get_triggerdef(oid) NOT LIKE '%WHEN%' FROM pg_trigger
      WHERE tgrelid = 'ledger_entries'::regclass AND tgname = 'ledger_entries_balanced'
    ) THEN
      DROP TRIGGER ledger_entries_balanced ON ledger_entries;
      CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position > 2) EXECUTE FUNCTION assert_balanced();
    END IF;
  END $do$`;

const INDEX = `
  DO $do$ BEGIN
    IF pg_get_indexdef('ledger_entries_account'::regclass) NOT LIKE '%position%' THEN
      DROP INDEX ledger_entries_account;
      CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transaction_id, position);
    END IF;
  END $do$`;
