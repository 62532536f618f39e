import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A statement that writes entries leaves their ledger transactions balanced, which is checked once for all of its rows. It was checked at the commit, once
 * for each transaction and once more for each entry from the third on: eight times for a capture of an order with taxes, a discount and charges.
 * At the commit a transaction must have entries.
 */
export class BalanceByStatement1700000046500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION assert_entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        written uuid[];
        broken uuid;
      BEGIN
        SELECT array_agg(DISTINCT transaction_id) INTO written FROM after;
        SELECT c.transaction_id INTO broken FROM (
          SELECT e.transaction_id, count(*) AS entries, sum(e.amount) AS total, max(e.position) AS last
          FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
          WHERE e.transaction_id = ANY (written) GROUP BY e.transaction_id, a.currency) c
        GROUP BY c.transaction_id
        HAVING NOT (sum(c.entries) >= 2 AND bool_and(c.total = 0) AND max(c.last) = sum(c.entries)) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'ledger transaction % does not balance: it needs two or more entries that sum to zero per currency', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_balanced';
        END IF;
        RETURN NULL;
      END $$;
      CREATE FUNCTION assert_has_entries() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM ledger_entries WHERE transaction_id = NEW.id) THEN
          RAISE EXCEPTION 'ledger transaction % has no entries', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_balanced';
        END IF;
        RETURN NULL;
      END $$;

      DROP TRIGGER ledger_entries_balanced ON ledger_entries;
      DROP TRIGGER ledger_transactions_balanced ON ledger_transactions;
      DROP FUNCTION assert_balanced;
      CREATE TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_entries_balance();
      CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assert_has_entries();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION assert_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
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
      DROP TRIGGER ledger_entries_balanced ON ledger_entries;
      DROP TRIGGER ledger_transactions_balanced ON ledger_transactions;
      DROP FUNCTION assert_entries_balance, assert_has_entries;
      CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position > 2) EXECUTE FUNCTION assert_balanced();
      CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assert_balanced();
    `);
  }
}
