-- A database made shortly before release 0.1.0, by its first two migrations as they were before they were edited.

CREATE TABLE "migrations" ("id" SERIAL NOT NULL, "timestamp" bigint NOT NULL, "name" character varying NOT NULL, CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY ("id"));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only: % refused; correct it with a new row', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'restrict_violation';
  END $$;

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CHECK (length(email) <= 254),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    roles         text[] NOT NULL CHECK (cardinality(roles) > 0),
    password_hash text,
    version       int NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE idempotency_keys (
    caller_id   uuid NOT NULL,
    route       text NOT NULL,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL,
    status      smallint NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller_id, route, key)
  );
  CREATE INDEX idempotency_keys_created_at ON idempotency_keys USING brin (created_at);

  CREATE TABLE events (
    id                uuid PRIMARY KEY,
    type              text NOT NULL,
    aggregate_type    text NOT NULL,
    aggregate_id      text NOT NULL,
    aggregate_version int NOT NULL,
    order_id          text,
    data              jsonb NOT NULL,
    request_id        text,
    actor_id          uuid,
    created_at        timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX events_order ON events (order_id, id) WHERE order_id IS NOT NULL;
  CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events EXECUTE FUNCTION refuse_change();

  -- Events that the relay has not yet turned into deliveries.
  CREATE TABLE outbox (event_id uuid PRIMARY KEY);

  -- One row for each consumer that wants an event, until the effect is acknowledged. next_attempt_at is when a waiting one
  -- is due, and when the job of a queued one or the worker of a running one counts as lost.
  CREATE TABLE event_deliveries (
    event_id        uuid NOT NULL REFERENCES events,
    consumer        text NOT NULL,
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'queued', 'running', 'done', 'dead')),
    attempts        int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    last_error      text,
    done_at         timestamptz,
    PRIMARY KEY (event_id, consumer)
  );
  CREATE INDEX event_deliveries_due ON event_deliveries (next_attempt_at) WHERE status IN ('pending', 'queued', 'running');
  CREATE INDEX event_deliveries_dead ON event_deliveries (consumer) WHERE status = 'dead';

CREATE TABLE products (
    id          uuid PRIMARY KEY,
    sku         text NOT NULL UNIQUE CHECK (length(sku) BETWEEN 1 AND 100),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    description text NOT NULL DEFAULT '',
    price       bigint NOT NULL CHECK (price BETWEEN 0 AND 999999999999),
    currency    char(3) NOT NULL,
    attributes  jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
    version     int NOT NULL DEFAULT 1,
    -- Milliseconds, as JSON shows them, so that a cursor made of what a client saw is exact.
    created_at  timestamptz(3) NOT NULL DEFAULT now(),
    updated_at  timestamptz(3) NOT NULL DEFAULT now(),
    -- The whole sku is one more word, so that its beginning is found whatever signs it has.
    search      tsvector NOT NULL GENERATED ALWAYS AS (
      array_to_tsvector(ARRAY[lower(sku)]) || to_tsvector('simple', sku || ' ' || name)
      || to_tsvector('english', name || ' ' || description)
    ) STORED
  );
  CREATE INDEX products_search ON products USING gin (search);
  CREATE INDEX products_attributes ON products USING gin (attributes jsonb_path_ops);
  -- One for each sort of the list, which is read status by status.
  CREATE INDEX products_created ON products (status, created_at, id);
  CREATE INDEX products_price ON products (status, price, id);
  CREATE INDEX products_name ON products (status, name, id);
  CREATE INDEX products_currency ON products (currency);

  -- Apart from products, so that a reservation rewrites a narrow row and touches no index.
  CREATE TABLE stock_levels (
    product_id uuid PRIMARY KEY REFERENCES products,
    on_hand    bigint NOT NULL DEFAULT 0,
    reserved   bigint NOT NULL DEFAULT 0,
    CONSTRAINT stock_not_oversold CHECK (0 <= reserved AND reserved <= on_hand),
    CONSTRAINT stock_not_absurd CHECK (on_hand <= 1000000000000)
  ) WITH (fillfactor = 50);

  -- The journal: a product's stock equals the sums of its rows.
  CREATE TABLE stock_movements (
    id             uuid PRIMARY KEY,
    product_id     uuid NOT NULL REFERENCES stock_levels,
    kind           text NOT NULL CHECK (kind IN ('reserve', 'release', 'ship', 'return', 'adjust')),
    on_hand_delta  bigint NOT NULL,
    reserved_delta bigint NOT NULL,
    order_id       uuid,
    reason         text,
    actor_id       uuid,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CHECK (on_hand_delta <> 0 OR reserved_delta <> 0)
  );
  CREATE INDEX stock_movements_product ON stock_movements (product_id, id);
  CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER stock_movements_no_truncate BEFORE TRUNCATE ON stock_movements EXECUTE FUNCTION refuse_change();

-- Numbers are unique and grow; an order that fails leaves a gap.
  CREATE SEQUENCE order_numbers START 1001;

  CREATE TABLE orders (
    id                uuid PRIMARY KEY,
    number            bigint NOT NULL UNIQUE,
    customer_id       uuid NOT NULL REFERENCES users,
    currency          char(3) NOT NULL,
    status            text NOT NULL CHECK (status IN ('pending', 'confirmed', 'completed', 'cancelled', 'expired')),
    fulfillment_status text NOT NULL DEFAULT 'unfulfilled'
      CHECK (fulfillment_status IN ('unfulfilled', 'partially_fulfilled', 'fulfilled')),
    total             bigint NOT NULL CHECK (total BETWEEN 0 AND 999999999999),
    authorized_amount bigint NOT NULL DEFAULT 0,
    captured_amount   bigint NOT NULL DEFAULT 0,
    refunded_amount   bigint NOT NULL DEFAULT 0,
    reserved_until    timestamptz,
    shipping_address  jsonb,
    metadata          jsonb NOT NULL DEFAULT '{}',
    version           int NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT order_amounts_not_negative CHECK (authorized_amount >= 0 AND captured_amount >= 0),
    CONSTRAINT order_refunds_within_captured CHECK (refunded_amount BETWEEN 0 AND captured_amount)
  ) WITH (fillfactor = 80);
  CREATE INDEX orders_customer ON orders (customer_id, id);
  CREATE INDEX orders_status ON orders (status, id);
  CREATE INDEX orders_expiring ON orders (reserved_until) WHERE status = 'pending';

  CREATE TABLE order_lines (
    order_id           uuid NOT NULL REFERENCES orders,
    position           smallint NOT NULL,
    id                 uuid NOT NULL,
    product_id         uuid NOT NULL,
    sku                text NOT NULL,
    name               text NOT NULL,
    quantity           int NOT NULL CHECK (quantity > 0),
    unit_price         bigint NOT NULL CHECK (unit_price BETWEEN 0 AND 999999999999),
    fulfilled_quantity int NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, position),
    CONSTRAINT line_not_overfulfilled CHECK (fulfilled_quantity BETWEEN 0 AND quantity)
  );

  CREATE TABLE fulfillments (
    id              uuid PRIMARY KEY,
    order_id        uuid NOT NULL REFERENCES orders,
    carrier         text,
    tracking_number text,
    actor_id        uuid,
    created_at      timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX fulfillments_order ON fulfillments (order_id, id);
  CREATE TABLE fulfillment_lines (
    fulfillment_id uuid NOT NULL REFERENCES fulfillments,
    line_id        uuid NOT NULL,
    quantity       int NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (fulfillment_id, line_id)
  );

CREATE TABLE payments (
    id                uuid PRIMARY KEY,
    order_id          uuid NOT NULL REFERENCES orders,
    customer_id       uuid NOT NULL,
    provider          text NOT NULL,
    payment_method    text NOT NULL,
    capture           text NOT NULL CHECK (capture IN ('automatic', 'manual')),
    currency          char(3) NOT NULL,
    status            text NOT NULL CHECK (status IN ('processing', 'requires_action', 'authorized', 'partially_captured',
                        'captured', 'partially_refunded', 'refunded', 'cancelled', 'declined', 'failed')),
    amount            bigint NOT NULL CHECK (amount BETWEEN 1 AND 999999999999),
    authorized_amount bigint NOT NULL DEFAULT 0,
    captured_amount   bigint NOT NULL DEFAULT 0,
    capture_pending   bigint NOT NULL DEFAULT 0,
    refunded_amount   bigint NOT NULL DEFAULT 0,
    refund_pending    bigint NOT NULL DEFAULT 0,
    next_action       jsonb,
    decline           jsonb,
    version           int NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT authorized_within_amount CHECK (authorized_amount BETWEEN 0 AND amount),
    CONSTRAINT captured_within_authorized
      CHECK (captured_amount >= 0 AND capture_pending >= 0 AND captured_amount + capture_pending <= authorized_amount),
    CONSTRAINT refunded_within_captured
      CHECK (refunded_amount >= 0 AND refund_pending >= 0 AND refunded_amount + refund_pending <= captured_amount)
  ) WITH (fillfactor = 70);
  CREATE INDEX payments_order ON payments (order_id, id);
  CREATE INDEX payments_customer ON payments (customer_id, id);

  CREATE TABLE refunds (
    id         uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    amount     bigint NOT NULL CHECK (amount BETWEEN 1 AND 999999999999),
    reason     text,
    status     text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    actor_id   uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX refunds_payment ON refunds (payment_id, id);

  -- One row for each operation at a provider, committed before the provider is called; its id is the provider's key.
  CREATE TABLE payment_attempts (
    id                  uuid PRIMARY KEY,
    payment_id          uuid NOT NULL REFERENCES payments,
    refund_id           uuid REFERENCES refunds,
    kind                text NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
    amount              bigint NOT NULL CHECK (amount BETWEEN 1 AND 999999999999),
    state               text NOT NULL CHECK (state IN ('started', 'succeeded', 'pending', 'requires_action', 'declined',
                          'not_sent', 'unknown')),
    provider_reference  text,
    request_key         bytea UNIQUE,
    request_fingerprint bytea,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'refund') = (refund_id IS NOT NULL))
  ) WITH (fillfactor = 70);
  CREATE INDEX payment_attempts_payment ON payment_attempts (payment_id, id);
  CREATE INDEX payment_attempts_open ON payment_attempts (updated_at) WHERE state IN ('started', 'unknown', 'not_sent');

  -- What a provider told us, each once: by answer, webhook or poll.
  CREATE TABLE provider_events (
    id                uuid PRIMARY KEY,
    provider          text NOT NULL,
    provider_event_id text NOT NULL,
    attempt_id        uuid NOT NULL REFERENCES payment_attempts,
    type              text NOT NULL,
    amount            bigint NOT NULL,
    currency          char(3) NOT NULL,
    occurred_at       timestamptz NOT NULL,
    applied_at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (provider, provider_event_id)
  );
  CREATE INDEX provider_events_attempt ON provider_events (attempt_id);

CREATE TABLE ledger_accounts (
    id         uuid PRIMARY KEY,
    code       text NOT NULL,
    currency   char(3) NOT NULL,
    type       text NOT NULL CHECK (type IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (code, currency)
  );

  -- (kind, reference_id) is unique, so that one capture or refund is posted once.
  CREATE TABLE ledger_transactions (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL,
    reference_id uuid NOT NULL,
    order_id     uuid,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, reference_id)
  );
  CREATE INDEX ledger_transactions_order ON ledger_transactions (order_id) WHERE order_id IS NOT NULL;

  -- amount > 0 is a debit, amount < 0 a credit.
  CREATE TABLE ledger_entries (
    transaction_id uuid NOT NULL REFERENCES ledger_transactions,
    position       smallint NOT NULL,
    account_id     uuid NOT NULL REFERENCES ledger_accounts,
    amount         bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (transaction_id, position)
  );
  CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transaction_id);

  CREATE FUNCTION assert_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    checked uuid;
  BEGIN
    IF TG_TABLE_NAME = 'ledger_entries' THEN checked := NEW.transaction_id; ELSE checked := NEW.id; END IF;
    IF NOT coalesce((
      SELECT sum(c.entries) >= 2 AND bool_and(c.total = 0) FROM (
        SELECT count(*) AS entries, sum(e.amount) AS total
        FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        WHERE e.transaction_id = checked GROUP BY a.currency) c), false)
    THEN
      RAISE EXCEPTION 'ledger transaction % does not balance: it needs two or more entries that sum to zero per currency', checked
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_balanced';
    END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assert_balanced();
  CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assert_balanced();
  -- Another currency would tip every transaction of the account.
  CREATE TRIGGER ledger_accounts_stay BEFORE UPDATE OF id, code, currency, type ON ledger_accounts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON ledger_transactions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries EXECUTE FUNCTION refuse_change();
  CREATE TRIGGER ledger_transactions_no_truncate BEFORE TRUNCATE ON ledger_transactions EXECUTE FUNCTION refuse_change();

CREATE SCHEMA sandbox;
  CREATE TABLE sandbox.operations (
    attempt_id     uuid PRIMARY KEY,
    payment_id     uuid NOT NULL,
    kind           text NOT NULL,
    amount         bigint NOT NULL,
    currency       char(3) NOT NULL,
    payment_method text NOT NULL,
    outcome        text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX operations_payment ON sandbox.operations (payment_id);

ALTER TABLE ledger_transactions ADD COLUMN reference text CHECK (length(reference) BETWEEN 1 AND 200),
    ADD COLUMN reason text CHECK (length(reason) <= 500), ADD COLUMN actor_id uuid;
  CREATE UNIQUE INDEX ledger_transactions_reference ON ledger_transactions (reference) WHERE reference IS NOT NULL;
  CREATE INDEX ledger_transactions_kind ON ledger_transactions (kind, id) WHERE kind <> 'capture';

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

CREATE TABLE store_credit_balances (
    user_id    uuid NOT NULL REFERENCES users,
    currency   char(3) NOT NULL,
    account_id uuid NOT NULL UNIQUE REFERENCES ledger_accounts,
    amount     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, currency),
    CONSTRAINT store_credit_not_negative CHECK (amount >= 0),
    CONSTRAINT store_credit_not_absurd CHECK (amount <= 999999999999)
  ) WITH (fillfactor = 70);

ALTER TABLE payments
        ADD voided_amount bigint NOT NULL DEFAULT 0,
        ADD void_pending bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT captured_within_authorized,
        ADD CONSTRAINT captured_within_authorized CHECK (
          captured_amount >= 0 AND capture_pending >= 0 AND voided_amount >= 0 AND void_pending >= 0
          AND captured_amount + capture_pending + voided_amount + void_pending <= authorized_amount);

DROP INDEX payment_attempts_open;
      ALTER TABLE payment_attempts
        ADD sends int NOT NULL DEFAULT 1,
        ADD checks int NOT NULL DEFAULT 0,
        ADD next_check_at timestamptz,
        DROP CONSTRAINT payment_attempts_state_check,
        ADD CONSTRAINT payment_attempts_state_check CHECK (state IN ('started', 'succeeded', 'pending', 'requires_action',
          'declined', 'failed', 'not_sent', 'unknown'));
      UPDATE payment_attempts SET next_check_at = now() WHERE state = 'started';
      CREATE INDEX payment_attempts_due ON payment_attempts (next_check_at) WHERE next_check_at IS NOT NULL;

INSERT INTO migrations ("timestamp", name) VALUES (1700000001000, 'Till1700000001000');
INSERT INTO migrations ("timestamp", name) VALUES (1700000002000, 'Ledger1700000002000');
INSERT INTO migrations ("timestamp", name) VALUES (1700000003000, 'CaptureAndVoid1700000003000');
INSERT INTO migrations ("timestamp", name) VALUES (1700000004000, 'UnknownOutcomes1700000004000');
