import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The whole ledger: transactions that people post, sums by the hour, store credit, and the chain of seals.
 * A transaction's hour is that of the time in its id (UUIDv7), as in `src/ledger/domain/ledger-time.ts`.
 */
export class Ledger1700000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [transactions, sealing, storeCredit]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE store_credit_balances, ledger_rollups, ledger_seals;
      DROP TRIGGER ledger_transactions_unsealed ON ledger_transactions;
      DROP TABLE ledger_unsealed;
      DROP FUNCTION await_seal, ledger_hour;
      DROP INDEX ledger_transactions_reference, ledger_transactions_kind, ledger_entries_account;
      CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transaction_id);
      ALTER TABLE ledger_transactions DROP COLUMN reference, DROP COLUMN reason, DROP COLUMN actor_id;
    `);
  }
}

// A reversal has kind 'reversal' and the reversed transaction as its reference: UNIQUE (kind, reference_id) makes it the
// only one. The indexes leave captures out, so that these pay nothing for them.
const transactions = `
  ALTER TABLE ledger_transactions ADD COLUMN reference text CHECK (length(reference) BETWEEN 1 AND 200),
    ADD COLUMN reason text CHECK (length(reason) <= 500), ADD COLUMN actor_id uuid;
  CREATE UNIQUE INDEX ledger_transactions_reference ON ledger_transactions (reference) WHERE reference IS NOT NULL;
  CREATE INDEX ledger_transactions_kind ON ledger_transactions (kind, id) WHERE kind <> 'capture';
  -- In the order of a list of entries, so that the least busy account costs no more to read than the busiest.
  DROP INDEX ledger_entries_account;
  CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transaction_id, position);
`;

const sealing = `
  -- Transactions that the worker has not yet sealed. Whoever writes one, it waits here, and it is seen when it commits.
  CREATE TABLE ledger_unsealed (transaction_id uuid PRIMARY KEY);
  INSERT INTO ledger_unsealed SELECT id FROM ledger_transactions;
  CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO ledger_unsealed VALUES (NEW.id);
    RETURN NULL;
  END $$;
  CREATE TRIGGER ledger_transactions_unsealed AFTER INSERT ON ledger_transactions
    FOR EACH ROW EXECUTE FUNCTION await_seal();

  -- hash = sha256(hash of the seal before || what the transaction says)
  CREATE TABLE ledger_seals (
    seq            bigint PRIMARY KEY CHECK (seq > 0),
    transaction_id uuid NOT NULL UNIQUE REFERENCES ledger_transactions,
    hash           bytea NOT NULL CHECK (octet_length(hash) = 32),
    sealed_at      timestamptz NOT NULL DEFAULT now()
  );
  CREATE TRIGGER ledger_seals_append_only BEFORE UPDATE OR DELETE ON ledger_seals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER ledger_seals_no_truncate BEFORE TRUNCATE ON ledger_seals EXECUTE FUNCTION refuse_change();

  -- Hours since 1970 of the time in a UUIDv7.
  CREATE FUNCTION ledger_hour(id uuid) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 3600000)::int;

  -- Sums of an account's sealed entries, by hour. With what is unsealed they are its balance.
  CREATE TABLE ledger_rollups (
    account_id uuid NOT NULL REFERENCES ledger_accounts,
    hour       int NOT NULL,
    amount     bigint NOT NULL,
    PRIMARY KEY (account_id, hour)
  ) WITH (fillfactor = 70);
`;

/** Only these accounts keep a balance: it may not fall below zero, so debits of one must wait for each other. */
const storeCredit = `
  CREATE TABLE store_credit_balances (
    user_id    uuid NOT NULL REFERENCES users,
    currency   char(3) NOT NULL,
    account_id uuid NOT NULL UNIQUE REFERENCES ledger_accounts,
    amount     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, currency),
    CONSTRAINT store_credit_not_negative CHECK (amount >= 0),
    CONSTRAINT store_credit_not_absurd CHECK (amount <= 999999999999)
  ) WITH (fillfactor = 70);
`;
