import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers' statements and the ledger do not agree on, day by day. */
export class Reconciliation1700000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One for each provider and UTC day; it may run any number of times.
      CREATE TABLE reconciliations (
        id          uuid PRIMARY KEY,
        provider    text NOT NULL CHECK (length(provider) BETWEEN 1 AND 50),
        date        date NOT NULL,
        runs        int NOT NULL,
        settlements int NOT NULL CHECK (settlements >= 0),
        entries     int NOT NULL CHECK (entries >= 0),
        version     int NOT NULL DEFAULT 1,
        created_at  timestamptz NOT NULL,
        run_at      timestamptz NOT NULL,
        UNIQUE (provider, date)
      );

      -- key names the line of the statement or the ledger transaction that the difference is about.
      CREATE TABLE reconciliation_differences (
        id                uuid PRIMARY KEY,
        reconciliation_id uuid NOT NULL REFERENCES reconciliations,
        key               text NOT NULL,
        reason            text NOT NULL CHECK (reason IN ('missing_in_ledger', 'missing_at_provider', 'amount_differs',
                            'currency_differs', 'duplicate')),
        state             text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'explained', 'resolved')),
        kind              text NOT NULL,
        order_id          uuid,
        attempt_id        uuid,
        settlement_id     text,
        reference         text,
        provider_amount   bigint,
        provider_currency text,
        settled_at        timestamptz,
        transaction_id    uuid REFERENCES ledger_transactions,
        ledger_amount     bigint,
        ledger_currency   text,
        posted_at         timestamptz,
        created_at        timestamptz NOT NULL,
        updated_at        timestamptz NOT NULL,
        UNIQUE (reconciliation_id, reason, key),
        CHECK (settlement_id IS NOT NULL OR transaction_id IS NOT NULL)
      );
      CREATE INDEX reconciliation_differences_list ON reconciliation_differences (reconciliation_id, id);
      CREATE INDEX reconciliation_differences_unresolved ON reconciliation_differences (reconciliation_id, state)
        WHERE state <> 'resolved';

      -- How each difference came to its state: by whom (null: Till itself, which found it gone or back) and why.
      CREATE TABLE reconciliation_resolutions (
        id            uuid PRIMARY KEY,
        difference_id uuid NOT NULL REFERENCES reconciliation_differences,
        state         text NOT NULL CHECK (state IN ('open', 'explained', 'resolved')),
        note          text NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
        actor_id      uuid,
        created_at    timestamptz NOT NULL
      );
      CREATE INDEX reconciliation_resolutions_difference ON reconciliation_resolutions (difference_id, id);
      CREATE TRIGGER reconciliation_resolutions_append_only BEFORE UPDATE OR DELETE ON reconciliation_resolutions
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER reconciliation_resolutions_no_truncate BEFORE TRUNCATE ON reconciliation_resolutions
        EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reconciliation_resolutions, reconciliation_differences, reconciliations');
  }
}
