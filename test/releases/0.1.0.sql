-- A database as release 0.1.0 made it: its schema, then rows of an installation that has sold a little.

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
    position       smallint NOT NULL CHECK (position > 0),
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
  -- Positions have no gap, so the check of a transaction itself covers the first two entries: whatever is added to it
  -- later comes third or further on.
  CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position > 2) EXECUTE FUNCTION assert_balanced();
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
  -- In the order of a list of entries, so that the least busy account costs no more to read than the busiest.
  DROP INDEX ledger_entries_account;
  CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transaction_id, position);

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

ALTER TABLE payments ADD reference text CHECK (length(reference) BETWEEN 1 AND 300);
      CREATE UNIQUE INDEX payments_reference ON payments (provider, reference) WHERE reference IS NOT NULL;
      ALTER TABLE payment_attempts DROP COLUMN provider_reference;

CREATE TABLE provider_webhooks (
        id                uuid PRIMARY KEY,
        provider          text NOT NULL,
        provider_event_id text NOT NULL CHECK (length(provider_event_id) BETWEEN 1 AND 300),
        type              text NOT NULL,
        raw               bytea NOT NULL,
        headers           jsonb NOT NULL,
        state             text NOT NULL
          CHECK (state IN ('received', 'waiting', 'applied', 'ignored', 'quarantined', 'dead')),
        reason            text,
        attempts          int NOT NULL DEFAULT 0,
        received_at       timestamptz NOT NULL,
        processed_at      timestamptz,
        next_attempt_at   timestamptz CHECK (next_attempt_at IS NULL OR state IN ('received', 'waiting')),
        waiting_since     timestamptz,
        payment_id        uuid REFERENCES payments,
        payment_version   int,
        reference         text,
        attempt_id        uuid,
        UNIQUE (provider, provider_event_id)
      ) WITH (fillfactor = 70);
      CREATE INDEX provider_webhooks_due ON provider_webhooks (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX provider_webhooks_stuck ON provider_webhooks (state, provider)
        WHERE state IN ('waiting', 'quarantined', 'dead');
      CREATE INDEX provider_webhooks_received ON provider_webhooks (received_at);
      CREATE INDEX provider_webhooks_payment ON provider_webhooks (payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE sandbox.webhooks (
        id              uuid PRIMARY KEY,
        payment_id      uuid NOT NULL,
        body            text NOT NULL,
        -- How often it is sent at once.
        copies          int NOT NULL,
        -- The operation that is decided when this is told, if it was not before.
        decides         uuid,
        -- A line of the sandbox's books that is written when this is told: money taken by a dispute, or given back.
        movement        text CHECK (movement IN ('dispute', 'dispute_reversal')),
        attempts        int NOT NULL DEFAULT 0,
        next_attempt_at timestamptz
      );
      CREATE INDEX webhooks_due ON sandbox.webhooks (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX webhooks_payment ON sandbox.webhooks (payment_id);

CREATE TABLE disputes (
        id         uuid PRIMARY KEY,
        payment_id uuid NOT NULL REFERENCES payments,
        provider   text NOT NULL,
        reference  text NOT NULL CHECK (length(reference) BETWEEN 1 AND 300),
        amount     bigint NOT NULL CHECK (amount BETWEEN 1 AND 999999999999),
        status     text NOT NULL CHECK (status IN ('open', 'won', 'lost')),
        opened_at  timestamptz NOT NULL,
        closed_at  timestamptz,
        UNIQUE (provider, reference),
        CONSTRAINT dispute_closed_once_decided CHECK ((status = 'open') = (closed_at IS NULL))
      );
      CREATE INDEX disputes_payment ON disputes (payment_id, id);

      ALTER TABLE payments
        ADD disputed_amount bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT refunded_within_captured,
        ADD CONSTRAINT refunded_within_captured CHECK (refunded_amount >= 0 AND refund_pending >= 0 AND disputed_amount >= 0
          AND refunded_amount + refund_pending + disputed_amount <= captured_amount);

      ALTER TABLE provider_events
        ALTER attempt_id DROP NOT NULL,
        ADD dispute_id uuid REFERENCES disputes,
        ADD CONSTRAINT provider_event_about_one_thing CHECK (num_nonnulls(attempt_id, dispute_id) = 1);

CREATE INDEX stock_movements_order ON stock_movements (order_id, id) WHERE order_id IS NOT NULL;

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

CREATE FUNCTION refuse_stale(is_stale boolean) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF is_stale THEN
          RAISE EXCEPTION 'what was read before has changed' USING ERRCODE = 'TL001';
        END IF;
      END $$;

SET session_replication_role = replica;
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f743-756d-b703-60d7d86d44ab","type":"product.created","aggregate_type":"product","aggregate_id":"prd_01m8hrnxsqemq9a1ewffa3pvdj","aggregate_version":1,"order_id":null,"data":{"product": {"id": "prd_01m8hrnxsqemq9a1ewffa3pvdj", "sku": "Mug-1", "name": "Mug", "price": {"amount": 1000, "currency": "EUR"}, "stock": {"onHand": 100, "reserved": 0, "available": 100}, "status": "active", "version": 1, "createdAt": "2026-11-28T19:03:59.545Z", "updatedAt": "2026-11-28T19:03:59.545Z", "attributes": {"color": "red"}, "description": ""}},"request_id":"c161b943-d090-4706-b158-2c6445213d40","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.544955+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f76a-7570-ad19-d534df81a114","type":"product.created","aggregate_type":"product","aggregate_id":"prd_01m8hrnxtnea1adv4wtdwh0x4z","aggregate_version":1,"order_id":null,"data":{"product": {"id": "prd_01m8hrnxtnea1adv4wtdwh0x4z", "sku": "mug-1", "name": "Mug", "price": {"amount": 1000, "currency": "EUR"}, "stock": {"onHand": 5, "reserved": 0, "available": 5}, "status": "active", "version": 1, "createdAt": "2026-11-28T19:03:59.575Z", "updatedAt": "2026-11-28T19:03:59.575Z", "attributes": {}, "description": ""}},"request_id":"88ea814e-158c-49ed-948f-db356aab63af","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.575117+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f7b7-755d-89a9-145482a078b3","type":"product.created","aggregate_type":"product","aggregate_id":"prd_01m8hrnxwqekd9kcjc89yd758c","aggregate_version":1,"order_id":null,"data":{"product": {"id": "prd_01m8hrnxwqekd9kcjc89yd758c", "sku": "Café", "name": "Mug", "price": {"amount": 1000, "currency": "EUR"}, "stock": {"onHand": 5, "reserved": 0, "available": 5}, "status": "active", "version": 1, "createdAt": "2026-11-28T19:03:59.639Z", "updatedAt": "2026-11-28T19:03:59.639Z", "attributes": {}, "description": ""}},"request_id":"a6169c44-945e-4257-99c4-7381b2e378a1","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.639481+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f7d1-7266-aa03-63d39601a4db","type":"order.placed","aggregate_type":"order","aggregate_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","aggregate_version":1,"order_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","data":{"total": 2000, "number": 1001, "status": "pending", "orderId": "ord_01m8hrnxy7ejmsd1sx16naes4b", "currency": "EUR", "customerId": "usr_01m8hrnxnre2k9n9hv747px0j2", "paymentStatus": "unpaid", "fulfillmentStatus": "unfulfilled"},"request_id":"fe587d9b-b2e2-4a6b-95b4-540d9b039540","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.695883+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f7f5-752d-a857-621e5b4bf20c","type":"payment.captured","aggregate_type":"payment","aggregate_id":"pay_01m8hrnxyze9586afyqnm1h3sk","aggregate_version":2,"order_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","data":{"amount": 2000, "status": "captured", "orderId": "ord_01m8hrnxy7ejmsd1sx16naes4b", "currency": "EUR", "provider": "sandbox", "paymentId": "pay_01m8hrnxyze9586afyqnm1h3sk"},"request_id":"9cc31cd0-97ea-428e-bdb9-9095f1aaf560","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.756927+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f7f5-752e-894c-db2c5e041f18","type":"order.confirmed","aggregate_type":"order","aggregate_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","aggregate_version":2,"order_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","data":{"total": 2000, "number": 1001, "status": "confirmed", "orderId": "ord_01m8hrnxy7ejmsd1sx16naes4b", "currency": "EUR", "customerId": "usr_01m8hrnxnre2k9n9hv747px0j2", "paymentStatus": "paid", "fulfillmentStatus": "unfulfilled"},"request_id":"9cc31cd0-97ea-428e-bdb9-9095f1aaf560","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.756927+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f835-76ad-b70d-d8fd31685aa7","type":"refund.succeeded","aggregate_type":"payment","aggregate_id":"pay_01m8hrnxyze9586afyqnm1h3sk","aggregate_version":4,"order_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","data":{"amount": 300, "status": "partially_refunded", "orderId": "ord_01m8hrnxy7ejmsd1sx16naes4b", "currency": "EUR", "provider": "sandbox", "refundId": "rfd_01m8hrny1ceewat92t7546bkw9", "paymentId": "pay_01m8hrnxyze9586afyqnm1h3sk"},"request_id":"0ac21fa5-9dc3-4cad-bcd2-7791f16a5ac7","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.794582+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f84a-7581-b0d9-9128f1577565","type":"order.fulfilled","aggregate_type":"order","aggregate_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","aggregate_version":4,"order_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","data":{"lines": [{"lineId": "lin_01m8hrnxyge3ttzqv28yn1hzrw", "quantity": 2}], "carrier": "DHL", "orderId": "ord_01m8hrnxy7ejmsd1sx16naes4b", "fulfillmentId": "ful_01m8hrny28e3rr9ewce2txc3fy", "trackingNumber": null, "fulfillmentStatus": "fulfilled"},"request_id":"a46c4b85-686e-4598-bfc3-4261e80841cd","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.813291+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f84a-7582-a932-71a66e49ec9f","type":"order.completed","aggregate_type":"order","aggregate_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","aggregate_version":4,"order_id":"ord_01m8hrnxy7ejmsd1sx16naes4b","data":{"total": 2000, "number": 1001, "status": "completed", "orderId": "ord_01m8hrnxy7ejmsd1sx16naes4b", "currency": "EUR", "customerId": "usr_01m8hrnxnre2k9n9hv747px0j2", "paymentStatus": "partially_refunded", "fulfillmentStatus": "fulfilled"},"request_id":"a46c4b85-686e-4598-bfc3-4261e80841cd","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.813291+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f856-715d-a7da-395f39e73de9","type":"order.placed","aggregate_type":"order","aggregate_id":"ord_01m8hrny2fe41t4yggnmwjd6hv","aggregate_version":1,"order_id":"ord_01m8hrny2fe41t4yggnmwjd6hv","data":{"total": 2000, "number": 1002, "status": "pending", "orderId": "ord_01m8hrny2fe41t4yggnmwjd6hv", "currency": "EUR", "customerId": "usr_01m8hrnxnre2k9n9hv747px0j2", "paymentStatus": "unpaid", "fulfillmentStatus": "unfulfilled"},"request_id":"3e46b820-2c72-426c-afb5-47446b7d7676","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.824058+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f865-7696-a8f1-53036bfe2aed","type":"payment.authorized","aggregate_type":"payment","aggregate_id":"pay_01m8hrny2ve199wzwe2n2zv08w","aggregate_version":2,"order_id":"ord_01m8hrny2fe41t4yggnmwjd6hv","data":{"amount": 500, "status": "authorized", "orderId": "ord_01m8hrny2fe41t4yggnmwjd6hv", "currency": "EUR", "provider": "sandbox", "paymentId": "pay_01m8hrny2ve199wzwe2n2zv08w"},"request_id":"fb509e8e-cbd2-4483-ac37-899bd868d17f","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.84618+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f86e-7542-ab45-ec647a671216","type":"payment.declined","aggregate_type":"payment","aggregate_id":"pay_01m8hrny3cedeb78xpf57g1r9a","aggregate_version":2,"order_id":"ord_01m8hrny2fe41t4yggnmwjd6hv","data":{"amount": 1500, "status": "declined", "decline": {"code": "card_declined", "retryable": false}, "orderId": "ord_01m8hrny2fe41t4yggnmwjd6hv", "currency": "EUR", "provider": "sandbox", "paymentId": "pay_01m8hrny3cedeb78xpf57g1r9a"},"request_id":"c6ded21d-56fe-4c77-b6e8-da2a6de4f6fd","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.854494+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f872-721a-9032-9c6f1dab408e","type":"order.placed","aggregate_type":"order","aggregate_id":"ord_01m8hrny3je8bs7cmtv33x21qm","aggregate_version":1,"order_id":"ord_01m8hrny3je8bs7cmtv33x21qm","data":{"total": 2000, "number": 1003, "status": "pending", "orderId": "ord_01m8hrny3je8bs7cmtv33x21qm", "currency": "EUR", "customerId": "usr_01m8hrnxnre2k9n9hv747px0j2", "paymentStatus": "unpaid", "fulfillmentStatus": "unfulfilled"},"request_id":"8f026662-65aa-43c9-841d-6086258d1b30","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.858527+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f878-7554-96ba-ca508ac18080","type":"order.cancelled","aggregate_type":"order","aggregate_id":"ord_01m8hrny3je8bs7cmtv33x21qm","aggregate_version":2,"order_id":"ord_01m8hrny3je8bs7cmtv33x21qm","data":{"total": 2000, "number": 1003, "reason": "no", "status": "cancelled", "orderId": "ord_01m8hrny3je8bs7cmtv33x21qm", "currency": "EUR", "customerId": "usr_01m8hrnxnre2k9n9hv747px0j2", "paymentStatus": "unpaid", "fulfillmentStatus": "unfulfilled"},"request_id":"732f2dcb-d625-4bfc-9637-25baa53595cb","actor_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","created_at":"2026-11-28T19:03:59.863522+00:00"}');
INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at) SELECT id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at FROM json_populate_record(NULL::events, '{"id":"01a2238a-f8df-7139-aff4-4f7fc3d78a8e","type":"user.registered","aggregate_type":"user","aggregate_id":"usr_01m8hrny6qeyxafg1efg3ddjej","aggregate_version":1,"order_id":null,"data":{"userId": "usr_01m8hrny6qeyxafg1efg3ddjej"},"request_id":"75e32d4f-2566-4110-992d-b121fda6e2e5","actor_id":null,"created_at":"2026-11-28T19:03:59.958951+00:00"}');
INSERT INTO fulfillment_lines (fulfillment_id, line_id, quantity) SELECT fulfillment_id, line_id, quantity FROM json_populate_record(NULL::fulfillment_lines, '{"fulfillment_id":"01a2238a-f848-70f1-84bb-8c70b5d60dfe","line_id":"01a2238a-f7d0-70f5-afdf-6247aa18ff1c","quantity":2}');
INSERT INTO fulfillments (id, order_id, carrier, tracking_number, actor_id, created_at) SELECT id, order_id, carrier, tracking_number, actor_id, created_at FROM json_populate_record(NULL::fulfillments, '{"id":"01a2238a-f848-70f1-84bb-8c70b5d60dfe","order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","carrier":"DHL","tracking_number":null,"actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.816+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/products","key":"82bdc9e0-cd72-403f-8436-c4a2aa14547d","fingerprint":"\\x1df47f013ed6b7bdff99c0d8faf6680a9ffc978fde74e6c2482d0b1b48e1417a","status":201,"body":"{\"id\":\"prd_01m8hrnxsqemq9a1ewffa3pvdj\",\"sku\":\"Mug-1\",\"name\":\"Mug\",\"description\":\"\",\"price\":{\"amount\":1000,\"currency\":\"EUR\"},\"attributes\":{\"color\":\"red\"},\"status\":\"active\",\"stock\":{\"onHand\":100,\"reserved\":0,\"available\":100},\"createdAt\":\"2026-11-28T19:03:59.545Z\",\"updatedAt\":\"2026-11-28T19:03:59.545Z\",\"version\":1}","created_at":"2026-11-28T19:03:59.544955+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/products","key":"1a5d0873-5a7a-4987-b6f7-00dfa3b0406b","fingerprint":"\\x24837dfc386711d640a9ba176cc01afa3d47db39998f772ec254fa1570a77c12","status":201,"body":"{\"id\":\"prd_01m8hrnxtnea1adv4wtdwh0x4z\",\"sku\":\"mug-1\",\"name\":\"Mug\",\"description\":\"\",\"price\":{\"amount\":1000,\"currency\":\"EUR\"},\"attributes\":{},\"status\":\"active\",\"stock\":{\"onHand\":5,\"reserved\":0,\"available\":5},\"createdAt\":\"2026-11-28T19:03:59.575Z\",\"updatedAt\":\"2026-11-28T19:03:59.575Z\",\"version\":1}","created_at":"2026-11-28T19:03:59.575117+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/products","key":"293385ec-aca6-4384-bee6-02529694b5a1","fingerprint":"\\x11fd1c01a04195ac542446c3e5904a97711c43ea01f5602e2d5089cb69fc267d","status":201,"body":"{\"id\":\"prd_01m8hrnxwqekd9kcjc89yd758c\",\"sku\":\"Café\",\"name\":\"Mug\",\"description\":\"\",\"price\":{\"amount\":1000,\"currency\":\"EUR\"},\"attributes\":{},\"status\":\"active\",\"stock\":{\"onHand\":5,\"reserved\":0,\"available\":5},\"createdAt\":\"2026-11-28T19:03:59.639Z\",\"updatedAt\":\"2026-11-28T19:03:59.639Z\",\"version\":1}","created_at":"2026-11-28T19:03:59.639481+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders","key":"c134ffab-e269-4545-9d28-04fee7bed346","fingerprint":"\\x4e66d5cb3af25e096414635f5f15296ca5ac2254a4ed8a3208235d1f42c3c65b","status":201,"body":"{\"id\":\"ord_01m8hrnxy7ejmsd1sx16naes4b\",\"number\":1001,\"customerId\":\"usr_01m8hrnxnre2k9n9hv747px0j2\",\"currency\":\"EUR\",\"status\":\"pending\",\"paymentStatus\":\"unpaid\",\"fulfillmentStatus\":\"unfulfilled\",\"lines\":[{\"id\":\"lin_01m8hrnxyge3ttzqv28yn1hzrw\",\"productId\":\"prd_01m8hrnxsqemq9a1ewffa3pvdj\",\"sku\":\"Mug-1\",\"name\":\"Mug\",\"quantity\":2,\"unitPrice\":1000,\"total\":2000,\"fulfilledQuantity\":0}],\"total\":2000,\"reservedUntil\":\"2026-11-28T19:18:59.696Z\",\"shippingAddress\":null,\"metadata\":{\"gift\":true},\"version\":1,\"createdAt\":\"2026-11-28T19:03:59.696Z\",\"updatedAt\":\"2026-11-28T19:03:59.696Z\"}","created_at":"2026-11-28T19:03:59.695883+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders/:id/payments","key":"9c484761-d3b4-4a26-a4e8-01bd9dcfc237","fingerprint":"\\x3e1646c4665d42ee5c7bea0e0b334451230063a27358d7accbec4a7c20f008e4","status":201,"body":"{\"id\":\"pay_01m8hrnxyze9586afyqnm1h3sk\",\"orderId\":\"ord_01m8hrnxy7ejmsd1sx16naes4b\",\"provider\":\"sandbox\",\"status\":\"captured\",\"currency\":\"EUR\",\"amount\":2000,\"authorizedAmount\":2000,\"capturedAmount\":2000,\"refundedAmount\":0,\"capture\":\"automatic\",\"nextAction\":null,\"decline\":null,\"createdAt\":\"2026-11-28T19:03:59.711Z\",\"updatedAt\":\"2026-11-28T19:03:59.732Z\"}","created_at":"2026-11-28T19:03:59.756927+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/payments/:id/refunds","key":"602086dd-2c3a-4ee3-a57b-4603f2406af6","fingerprint":"\\x51ca0fbf22613d4b23f40f2c1a8209f3b934a5805bae38bbd4299b72e1eb6d9c","status":201,"body":"{\"id\":\"rfd_01m8hrny1ceewat92t7546bkw9\",\"paymentId\":\"pay_01m8hrnxyze9586afyqnm1h3sk\",\"amount\":300,\"currency\":\"EUR\",\"reason\":\"late\",\"status\":\"succeeded\",\"createdAt\":\"2026-11-28T19:03:59.785Z\",\"updatedAt\":\"2026-11-28T19:03:59.796Z\"}","created_at":"2026-11-28T19:03:59.80319+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/orders/:id/fulfillments","key":"c38a7b26-ef8f-46c6-a79a-be5bde60c461","fingerprint":"\\xd62c6ead821f590b990bbf9017ab678eef37c0de0aa93933e708b34af112bb52","status":201,"body":"{\"id\":\"ful_01m8hrny28e3rr9ewce2txc3fy\",\"orderId\":\"ord_01m8hrnxy7ejmsd1sx16naes4b\",\"carrier\":\"DHL\",\"trackingNumber\":null,\"lines\":[{\"lineId\":\"lin_01m8hrnxyge3ttzqv28yn1hzrw\",\"quantity\":2}],\"createdAt\":\"2026-11-28T19:03:59.816Z\"}","created_at":"2026-11-28T19:03:59.813291+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders","key":"88c839cb-9451-4293-82f8-2bf53457c92d","fingerprint":"\\x4e66d5cb3af25e096414635f5f15296ca5ac2254a4ed8a3208235d1f42c3c65b","status":201,"body":"{\"id\":\"ord_01m8hrny2fe41t4yggnmwjd6hv\",\"number\":1002,\"customerId\":\"usr_01m8hrnxnre2k9n9hv747px0j2\",\"currency\":\"EUR\",\"status\":\"pending\",\"paymentStatus\":\"unpaid\",\"fulfillmentStatus\":\"unfulfilled\",\"lines\":[{\"id\":\"lin_01m8hrny2pe5dsk8x606d9j4hk\",\"productId\":\"prd_01m8hrnxsqemq9a1ewffa3pvdj\",\"sku\":\"Mug-1\",\"name\":\"Mug\",\"quantity\":2,\"unitPrice\":1000,\"total\":2000,\"fulfilledQuantity\":0}],\"total\":2000,\"reservedUntil\":\"2026-11-28T19:18:59.830Z\",\"shippingAddress\":null,\"metadata\":{\"gift\":true},\"version\":1,\"createdAt\":\"2026-11-28T19:03:59.830Z\",\"updatedAt\":\"2026-11-28T19:03:59.830Z\"}","created_at":"2026-11-28T19:03:59.824058+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders/:id/payments","key":"dfa9bf5f-ad98-48ef-a812-99903b8ce6d6","fingerprint":"\\xf2e9671b3d4519e33635af5dfa1176c478dc52447141f9fa75a616f198c86f05","status":201,"body":"{\"id\":\"pay_01m8hrny2ve199wzwe2n2zv08w\",\"orderId\":\"ord_01m8hrny2fe41t4yggnmwjd6hv\",\"provider\":\"sandbox\",\"status\":\"authorized\",\"currency\":\"EUR\",\"amount\":500,\"authorizedAmount\":500,\"capturedAmount\":0,\"refundedAmount\":0,\"capture\":\"manual\",\"nextAction\":null,\"decline\":null,\"createdAt\":\"2026-11-28T19:03:59.835Z\",\"updatedAt\":\"2026-11-28T19:03:59.845Z\"}","created_at":"2026-11-28T19:03:59.84618+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders/:id/payments","key":"b57ba35b-7098-4d9f-843b-dc0ec7250dc2","fingerprint":"\\xfb5a5f9ec6274a42a95483ee81c9c3c2b31f2941cd6ac14c541cc884dd730789","status":201,"body":"{\"id\":\"pay_01m8hrny3cedeb78xpf57g1r9a\",\"orderId\":\"ord_01m8hrny2fe41t4yggnmwjd6hv\",\"provider\":\"sandbox\",\"status\":\"declined\",\"currency\":\"EUR\",\"amount\":1500,\"authorizedAmount\":0,\"capturedAmount\":0,\"refundedAmount\":0,\"capture\":\"automatic\",\"nextAction\":null,\"decline\":{\"code\":\"card_declined\",\"retryable\":false},\"createdAt\":\"2026-11-28T19:03:59.852Z\",\"updatedAt\":\"2026-11-28T19:03:59.854Z\"}","created_at":"2026-11-28T19:03:59.854494+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders","key":"e30d7688-860e-414e-a8b0-9036a3d24b96","fingerprint":"\\x4e66d5cb3af25e096414635f5f15296ca5ac2254a4ed8a3208235d1f42c3c65b","status":201,"body":"{\"id\":\"ord_01m8hrny3je8bs7cmtv33x21qm\",\"number\":1003,\"customerId\":\"usr_01m8hrnxnre2k9n9hv747px0j2\",\"currency\":\"EUR\",\"status\":\"pending\",\"paymentStatus\":\"unpaid\",\"fulfillmentStatus\":\"unfulfilled\",\"lines\":[{\"id\":\"lin_01m8hrny3je8ca4ct8ba14j2dm\",\"productId\":\"prd_01m8hrnxsqemq9a1ewffa3pvdj\",\"sku\":\"Mug-1\",\"name\":\"Mug\",\"quantity\":2,\"unitPrice\":1000,\"total\":2000,\"fulfilledQuantity\":0}],\"total\":2000,\"reservedUntil\":\"2026-11-28T19:18:59.858Z\",\"shippingAddress\":null,\"metadata\":{\"gift\":true},\"version\":1,\"createdAt\":\"2026-11-28T19:03:59.858Z\",\"updatedAt\":\"2026-11-28T19:03:59.858Z\"}","created_at":"2026-11-28T19:03:59.858527+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","route":"POST /v1/orders/:id/cancellation","key":"789e659b-fc2a-48d9-a562-93f002141706","fingerprint":"\\x89735db84c0d31b859cb15a8eeb304b6730ebff946f254a44ee74002b3796cf6","status":201,"body":"{\"id\":\"ord_01m8hrny3je8bs7cmtv33x21qm\",\"number\":1003,\"customerId\":\"usr_01m8hrnxnre2k9n9hv747px0j2\",\"currency\":\"EUR\",\"status\":\"cancelled\",\"paymentStatus\":\"unpaid\",\"fulfillmentStatus\":\"unfulfilled\",\"lines\":[{\"id\":\"lin_01m8hrny3je8ca4ct8ba14j2dm\",\"productId\":\"prd_01m8hrnxsqemq9a1ewffa3pvdj\",\"sku\":\"Mug-1\",\"name\":\"Mug\",\"quantity\":2,\"unitPrice\":1000,\"total\":2000,\"fulfilledQuantity\":0}],\"total\":2000,\"reservedUntil\":null,\"shippingAddress\":null,\"metadata\":{\"gift\":true},\"version\":2,\"createdAt\":\"2026-11-28T19:03:59.858Z\",\"updatedAt\":\"2026-11-28T19:03:59.864Z\"}","created_at":"2026-11-28T19:03:59.863522+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/users/:id/store-credit-grants","key":"2cc1f981-e4b4-426f-a945-95ec4bdf7269","fingerprint":"\\xf1c765570ae6c1bb9557671da10ad1a0de2a05adcdd2847a95645b8ae4870e76","status":201,"body":"{\"id\":\"txn_01m8hrny3yeb2b7qzc1970sah3\",\"userId\":\"usr_01m8hrnxnre2k9n9hv747px0j2\",\"amount\":500,\"currency\":\"EUR\",\"reason\":\"sorry\",\"createdAt\":\"2026-11-28T19:03:59.870Z\"}","created_at":"2026-11-28T19:03:59.867702+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","route":"POST /v1/ledger/transactions","key":"6f91b646-2e6a-41fe-a6df-cf7cb39aeaa1","fingerprint":"\\xcf37d4489af05492060bc188080b0af25ddb6fd3b6f0734320ce896a5cb52370","status":201,"body":"{\"id\":\"txn_01m8hrny43ebc99jht027mv4pw\",\"kind\":\"manual\",\"orderId\":null,\"reference\":null,\"reason\":\"fee\",\"actorId\":\"usr_01m8hrnxnqe2j9rjf73x4840j3\",\"reverses\":null,\"reversedBy\":null,\"entries\":[{\"accountId\":\"acc_01m8hrny42e2prt23zawbn8164\",\"account\":\"provider_fees\",\"currency\":\"EUR\",\"amount\":1},{\"accountId\":\"acc_01m8hrny42e2pbbe50nj8bdq2j\",\"account\":\"payouts\",\"currency\":\"EUR\",\"amount\":-1}],\"createdAt\":\"2026-11-28T19:03:59.875Z\"}","created_at":"2026-11-28T19:03:59.87485+00:00"}');
INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at) SELECT caller_id, route, key, fingerprint, status, body, created_at FROM json_populate_record(NULL::idempotency_keys, '{"caller_id":"00000000-0000-0000-0000-000000000000","route":"POST /v1/auth/register","key":"386bf203-19c7-4fad-92d6-b9d5362ad6b8","fingerprint":"\\xe100bbf2de97e510c2a69b851d8500d6f3e750b3b05563fd9b7a643eca0b71f1","status":201,"body":"{\"id\":\"usr_01m8hrny6qeyxafg1efg3ddjej\",\"email\":\"ada@till.test\",\"name\":\"Ada\",\"roles\":[\"customer\"],\"createdAt\":\"2026-11-28T19:03:59.958Z\",\"updatedAt\":\"2026-11-28T19:03:59.958Z\"}","created_at":"2026-11-28T19:03:59.958951+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f7f1-7763-8070-d5e94b66e811","code":"sales","currency":"EUR","type":"revenue","created_at":"2026-11-28T19:03:59.730535+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f7f1-7764-917c-90e3002b0883","code":"refunds","currency":"EUR","type":"revenue","created_at":"2026-11-28T19:03:59.730535+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f7f1-7765-b9e0-16ae4ac1173c","code":"provider_clearing:sandbox","currency":"EUR","type":"asset","created_at":"2026-11-28T19:03:59.730535+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f87b-758a-a939-eef0447e2c12","code":"store_credit:usr_01m8hrnxnre2k9n9hv747px0j2","currency":"EUR","type":"liability","created_at":"2026-11-28T19:03:59.867702+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f87d-74b4-8dcd-ec101e2eb9db","code":"store_credit_grants","currency":"EUR","type":"expense","created_at":"2026-11-28T19:03:59.867702+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f882-70ac-b5b8-a0ac90b6dc52","code":"payouts","currency":"EUR","type":"asset","created_at":"2026-11-28T19:03:59.87485+00:00"}');
INSERT INTO ledger_accounts (id, code, currency, type, created_at) SELECT id, code, currency, type, created_at FROM json_populate_record(NULL::ledger_accounts, '{"id":"01a2238a-f882-70ad-8d08-7f57175404c4","code":"provider_fees","currency":"EUR","type":"expense","created_at":"2026-11-28T19:03:59.87485+00:00"}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f7f4-7529-9bbb-e69c9a199374","position":1,"account_id":"01a2238a-f7f1-7765-b9e0-16ae4ac1173c","amount":2000}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f7f4-7529-9bbb-e69c9a199374","position":2,"account_id":"01a2238a-f7f1-7763-8070-d5e94b66e811","amount":-2000}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f835-76ac-9cb6-fe3a751b9a69","position":1,"account_id":"01a2238a-f7f1-7764-917c-90e3002b0883","amount":300}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f835-76ac-9cb6-fe3a751b9a69","position":2,"account_id":"01a2238a-f7f1-7765-b9e0-16ae4ac1173c","amount":-300}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f87e-72c4-b3df-ec0a4e0caa23","position":1,"account_id":"01a2238a-f87d-74b4-8dcd-ec101e2eb9db","amount":500}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f87e-72c4-b3df-ec0a4e0caa23","position":2,"account_id":"01a2238a-f87b-758a-a939-eef0447e2c12","amount":-500}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f883-72d8-94ca-3a008f4d92dc","position":1,"account_id":"01a2238a-f882-70ad-8d08-7f57175404c4","amount":1}');
INSERT INTO ledger_entries (transaction_id, "position", account_id, amount) SELECT transaction_id, "position", account_id, amount FROM json_populate_record(NULL::ledger_entries, '{"transaction_id":"01a2238a-f883-72d8-94ca-3a008f4d92dc","position":2,"account_id":"01a2238a-f882-70ac-b5b8-a0ac90b6dc52","amount":-1}');
INSERT INTO ledger_transactions (id, kind, reference_id, order_id, created_at, reference, reason, actor_id) SELECT id, kind, reference_id, order_id, created_at, reference, reason, actor_id FROM json_populate_record(NULL::ledger_transactions, '{"id":"01a2238a-f7f4-7529-9bbb-e69c9a199374","kind":"capture","reference_id":"01a2238a-f7df-724b-80ab-10c9689581de","order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","created_at":"2026-11-28T19:03:59.732+00:00","reference":null,"reason":null,"actor_id":null}');
INSERT INTO ledger_transactions (id, kind, reference_id, order_id, created_at, reference, reason, actor_id) SELECT id, kind, reference_id, order_id, created_at, reference, reason, actor_id FROM json_populate_record(NULL::ledger_transactions, '{"id":"01a2238a-f835-76ac-9cb6-fe3a751b9a69","kind":"refund","reference_id":"01a2238a-f82c-73b9-bb19-1e5e8d104582","order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","created_at":"2026-11-28T19:03:59.797+00:00","reference":null,"reason":null,"actor_id":null}');
INSERT INTO ledger_transactions (id, kind, reference_id, order_id, created_at, reference, reason, actor_id) SELECT id, kind, reference_id, order_id, created_at, reference, reason, actor_id FROM json_populate_record(NULL::ledger_transactions, '{"id":"01a2238a-f87e-72c4-b3df-ec0a4e0caa23","kind":"store_credit_grant","reference_id":"01a2238a-f87d-74b2-a8bf-291925765c7f","order_id":null,"created_at":"2026-11-28T19:03:59.87+00:00","reference":null,"reason":"sorry","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243"}');
INSERT INTO ledger_transactions (id, kind, reference_id, order_id, created_at, reference, reason, actor_id) SELECT id, kind, reference_id, order_id, created_at, reference, reason, actor_id FROM json_populate_record(NULL::ledger_transactions, '{"id":"01a2238a-f883-72d8-94ca-3a008f4d92dc","kind":"manual","reference_id":"01a2238a-f882-70ab-993a-135df0740e5f","order_id":null,"created_at":"2026-11-28T19:03:59.875+00:00","reference":null,"reason":"fee","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243"}');
INSERT INTO ledger_unsealed (transaction_id) SELECT transaction_id FROM json_populate_record(NULL::ledger_unsealed, '{"transaction_id":"01a2238a-f7f4-7529-9bbb-e69c9a199374"}');
INSERT INTO ledger_unsealed (transaction_id) SELECT transaction_id FROM json_populate_record(NULL::ledger_unsealed, '{"transaction_id":"01a2238a-f835-76ac-9cb6-fe3a751b9a69"}');
INSERT INTO ledger_unsealed (transaction_id) SELECT transaction_id FROM json_populate_record(NULL::ledger_unsealed, '{"transaction_id":"01a2238a-f87e-72c4-b3df-ec0a4e0caa23"}');
INSERT INTO ledger_unsealed (transaction_id) SELECT transaction_id FROM json_populate_record(NULL::ledger_unsealed, '{"transaction_id":"01a2238a-f883-72d8-94ca-3a008f4d92dc"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":1,"timestamp":1700000001000,"name":"Till1700000001000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":2,"timestamp":1700000002000,"name":"Ledger1700000002000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":3,"timestamp":1700000003000,"name":"CaptureAndVoid1700000003000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":4,"timestamp":1700000004000,"name":"UnknownOutcomes1700000004000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":5,"timestamp":1700000005000,"name":"ProviderReferences1700000005000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":6,"timestamp":1700000006000,"name":"WebhookInbox1700000006000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":7,"timestamp":1700000006100,"name":"SandboxWebhooks1700000006100"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":8,"timestamp":1700000006200,"name":"Disputes1700000006200"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":9,"timestamp":1700000007000,"name":"Timeline1700000007000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":10,"timestamp":1700000008000,"name":"Reconciliation1700000008000"}');
INSERT INTO migrations (id, "timestamp", name) SELECT id, "timestamp", name FROM json_populate_record(NULL::migrations, '{"id":11,"timestamp":1700000009000,"name":"Optimistic1700000009000"}');
INSERT INTO order_lines (order_id, "position", id, product_id, sku, name, quantity, unit_price, fulfilled_quantity) SELECT order_id, "position", id, product_id, sku, name, quantity, unit_price, fulfilled_quantity FROM json_populate_record(NULL::order_lines, '{"order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","position":1,"id":"01a2238a-f7d0-70f5-afdf-6247aa18ff1c","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","sku":"Mug-1","name":"Mug","quantity":2,"unit_price":1000,"fulfilled_quantity":2}');
INSERT INTO order_lines (order_id, "position", id, product_id, sku, name, quantity, unit_price, fulfilled_quantity) SELECT order_id, "position", id, product_id, sku, name, quantity, unit_price, fulfilled_quantity FROM json_populate_record(NULL::order_lines, '{"order_id":"01a2238a-f84f-7103-a27a-10ad39269a3b","position":1,"id":"01a2238a-f856-715b-99a3-a6019a991233","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","sku":"Mug-1","name":"Mug","quantity":2,"unit_price":1000,"fulfilled_quantity":0}');
INSERT INTO order_lines (order_id, "position", id, product_id, sku, name, quantity, unit_price, fulfilled_quantity) SELECT order_id, "position", id, product_id, sku, name, quantity, unit_price, fulfilled_quantity FROM json_populate_record(NULL::order_lines, '{"order_id":"01a2238a-f872-7217-93b2-9ad8c7d106f4","position":1,"id":"01a2238a-f872-7218-a233-485a824909b4","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","sku":"Mug-1","name":"Mug","quantity":2,"unit_price":1000,"fulfilled_quantity":0}');
INSERT INTO orders (id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount, refunded_amount, reserved_until, shipping_address, metadata, version, created_at, updated_at) SELECT id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount, refunded_amount, reserved_until, shipping_address, metadata, version, created_at, updated_at FROM json_populate_record(NULL::orders, '{"id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","number":1001,"customer_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","currency":"EUR","status":"completed","fulfillment_status":"fulfilled","total":2000,"authorized_amount":2000,"captured_amount":2000,"refunded_amount":300,"reserved_until":null,"shipping_address":null,"metadata":{"gift": true},"version":4,"created_at":"2026-11-28T19:03:59.696+00:00","updated_at":"2026-11-28T19:03:59.817+00:00"}');
INSERT INTO orders (id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount, refunded_amount, reserved_until, shipping_address, metadata, version, created_at, updated_at) SELECT id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount, refunded_amount, reserved_until, shipping_address, metadata, version, created_at, updated_at FROM json_populate_record(NULL::orders, '{"id":"01a2238a-f84f-7103-a27a-10ad39269a3b","number":1002,"customer_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","currency":"EUR","status":"pending","fulfillment_status":"unfulfilled","total":2000,"authorized_amount":500,"captured_amount":0,"refunded_amount":0,"reserved_until":"2026-11-28T19:18:59.83+00:00","shipping_address":null,"metadata":{"gift": true},"version":2,"created_at":"2026-11-28T19:03:59.83+00:00","updated_at":"2026-11-28T19:03:59.845+00:00"}');
INSERT INTO orders (id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount, refunded_amount, reserved_until, shipping_address, metadata, version, created_at, updated_at) SELECT id, number, customer_id, currency, status, fulfillment_status, total, authorized_amount, captured_amount, refunded_amount, reserved_until, shipping_address, metadata, version, created_at, updated_at FROM json_populate_record(NULL::orders, '{"id":"01a2238a-f872-7217-93b2-9ad8c7d106f4","number":1003,"customer_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","currency":"EUR","status":"cancelled","fulfillment_status":"unfulfilled","total":2000,"authorized_amount":0,"captured_amount":0,"refunded_amount":0,"reserved_until":null,"shipping_address":null,"metadata":{"gift": true},"version":2,"created_at":"2026-11-28T19:03:59.858+00:00","updated_at":"2026-11-28T19:03:59.864+00:00"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f743-756d-b703-60d7d86d44ab"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f76a-7570-ad19-d534df81a114"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f7b7-755d-89a9-145482a078b3"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f7d1-7266-aa03-63d39601a4db"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f7f5-752d-a857-621e5b4bf20c"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f7f5-752e-894c-db2c5e041f18"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f835-76ad-b70d-d8fd31685aa7"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f84a-7581-b0d9-9128f1577565"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f84a-7582-a932-71a66e49ec9f"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f856-715d-a7da-395f39e73de9"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f865-7696-a8f1-53036bfe2aed"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f86e-7542-ab45-ec647a671216"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f872-721a-9032-9c6f1dab408e"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f878-7554-96ba-ca508ac18080"}');
INSERT INTO outbox (event_id) SELECT event_id FROM json_populate_record(NULL::outbox, '{"event_id":"01a2238a-f8df-7139-aff4-4f7fc3d78a8e"}');
INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at) SELECT id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at FROM json_populate_record(NULL::payment_attempts, '{"id":"01a2238a-f7df-724b-80ab-10c9689581de","payment_id":"01a2238a-f7df-724a-8329-febd68188f33","refund_id":null,"kind":"authorize","amount":2000,"state":"succeeded","request_key":"\\xe7b0aea8bb4c8b4a95b6ad24b5648346f775081f943436cacd1a3af5c544dbba","request_fingerprint":"\\x3e1646c4665d42ee5c7bea0e0b334451230063a27358d7accbec4a7c20f008e4","created_at":"2026-11-28T19:03:59.711+00:00","updated_at":"2026-11-28T19:03:59.732+00:00","sends":1,"checks":0,"next_check_at":null}');
INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at) SELECT id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at FROM json_populate_record(NULL::payment_attempts, '{"id":"01a2238a-f82c-73b9-bb19-1e5e8d104582","payment_id":"01a2238a-f7df-724a-8329-febd68188f33","refund_id":"01a2238a-f82c-73b8-ad24-5a394865cf89","kind":"refund","amount":300,"state":"succeeded","request_key":"\\xef752905589ad34cd9642ee42ba221fc4ea9fbbfafac0bc2252889cd5bd03c59","request_fingerprint":"\\x51ca0fbf22613d4b23f40f2c1a8209f3b934a5805bae38bbd4299b72e1eb6d9c","created_at":"2026-11-28T19:03:59.788+00:00","updated_at":"2026-11-28T19:03:59.796+00:00","sends":1,"checks":0,"next_check_at":null}');
INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at) SELECT id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at FROM json_populate_record(NULL::payment_attempts, '{"id":"01a2238a-f85b-7053-b25c-c9b759609773","payment_id":"01a2238a-f85b-7052-9e7f-8e1545fd811c","refund_id":null,"kind":"authorize","amount":500,"state":"succeeded","request_key":"\\x0730f883b1f6cf293532d9ff0d58a5dc9579d304ddb17658fbdfa32a861ab28a","request_fingerprint":"\\xf2e9671b3d4519e33635af5dfa1176c478dc52447141f9fa75a616f198c86f05","created_at":"2026-11-28T19:03:59.835+00:00","updated_at":"2026-11-28T19:03:59.845+00:00","sends":1,"checks":0,"next_check_at":"2026-11-28T19:03:59.845+00:00"}');
INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at) SELECT id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, sends, checks, next_check_at FROM json_populate_record(NULL::payment_attempts, '{"id":"01a2238a-f86c-735d-9014-ac84a7bcaee4","payment_id":"01a2238a-f86c-735c-b3a3-b6794f00e12a","refund_id":null,"kind":"authorize","amount":1500,"state":"declined","request_key":"\\xbac597bf4310e46073c94f77d836a7b82362c602e5781500dd53f422ebdf3866","request_fingerprint":"\\xfb5a5f9ec6274a42a95483ee81c9c3c2b31f2941cd6ac14c541cc884dd730789","created_at":"2026-11-28T19:03:59.852+00:00","updated_at":"2026-11-28T19:03:59.854+00:00","sends":1,"checks":0,"next_check_at":null}');
INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, authorized_amount, captured_amount, capture_pending, refunded_amount, refund_pending, next_action, decline, version, created_at, updated_at, voided_amount, void_pending, reference, disputed_amount) SELECT id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, authorized_amount, captured_amount, capture_pending, refunded_amount, refund_pending, next_action, decline, version, created_at, updated_at, voided_amount, void_pending, reference, disputed_amount FROM json_populate_record(NULL::payments, '{"id":"01a2238a-f7df-724a-8329-febd68188f33","order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","customer_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","provider":"sandbox","payment_method":"pm_ok","capture":"automatic","currency":"EUR","status":"partially_refunded","amount":2000,"authorized_amount":2000,"captured_amount":2000,"capture_pending":0,"refunded_amount":300,"refund_pending":0,"next_action":null,"decline":null,"version":4,"created_at":"2026-11-28T19:03:59.711+00:00","updated_at":"2026-11-28T19:03:59.796+00:00","voided_amount":0,"void_pending":0,"reference":null,"disputed_amount":0}');
INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, authorized_amount, captured_amount, capture_pending, refunded_amount, refund_pending, next_action, decline, version, created_at, updated_at, voided_amount, void_pending, reference, disputed_amount) SELECT id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, authorized_amount, captured_amount, capture_pending, refunded_amount, refund_pending, next_action, decline, version, created_at, updated_at, voided_amount, void_pending, reference, disputed_amount FROM json_populate_record(NULL::payments, '{"id":"01a2238a-f85b-7052-9e7f-8e1545fd811c","order_id":"01a2238a-f84f-7103-a27a-10ad39269a3b","customer_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","provider":"sandbox","payment_method":"pm_ok","capture":"manual","currency":"EUR","status":"authorized","amount":500,"authorized_amount":500,"captured_amount":0,"capture_pending":0,"refunded_amount":0,"refund_pending":0,"next_action":null,"decline":null,"version":2,"created_at":"2026-11-28T19:03:59.835+00:00","updated_at":"2026-11-28T19:03:59.845+00:00","voided_amount":0,"void_pending":0,"reference":null,"disputed_amount":0}');
INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, authorized_amount, captured_amount, capture_pending, refunded_amount, refund_pending, next_action, decline, version, created_at, updated_at, voided_amount, void_pending, reference, disputed_amount) SELECT id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, authorized_amount, captured_amount, capture_pending, refunded_amount, refund_pending, next_action, decline, version, created_at, updated_at, voided_amount, void_pending, reference, disputed_amount FROM json_populate_record(NULL::payments, '{"id":"01a2238a-f86c-735c-b3a3-b6794f00e12a","order_id":"01a2238a-f84f-7103-a27a-10ad39269a3b","customer_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","provider":"sandbox","payment_method":"pm_declined","capture":"automatic","currency":"EUR","status":"declined","amount":1500,"authorized_amount":0,"captured_amount":0,"capture_pending":0,"refunded_amount":0,"refund_pending":0,"next_action":null,"decline":{"code": "card_declined", "retryable": false},"version":2,"created_at":"2026-11-28T19:03:59.852+00:00","updated_at":"2026-11-28T19:03:59.854+00:00","voided_amount":0,"void_pending":0,"reference":null,"disputed_amount":0}');
INSERT INTO products (id, sku, name, description, price, currency, attributes, status, version, created_at, updated_at) SELECT id, sku, name, description, price, currency, attributes, status, version, created_at, updated_at FROM json_populate_record(NULL::products, '{"id":"01a2238a-f737-752e-9505-dc7bd43b6db2","sku":"Mug-1","name":"Mug","description":"","price":1000,"currency":"EUR","attributes":{"color": "red"},"status":"active","version":1,"created_at":"2026-11-28T19:03:59.545+00:00","updated_at":"2026-11-28T19:03:59.545+00:00"}');
INSERT INTO products (id, sku, name, description, price, currency, attributes, status, version, created_at, updated_at) SELECT id, sku, name, description, price, currency, attributes, status, version, created_at, updated_at FROM json_populate_record(NULL::products, '{"id":"01a2238a-f755-7282-a6ec-9cd37910749f","sku":"mug-1","name":"Mug","description":"","price":1000,"currency":"EUR","attributes":{},"status":"active","version":1,"created_at":"2026-11-28T19:03:59.575+00:00","updated_at":"2026-11-28T19:03:59.575+00:00"}');
INSERT INTO products (id, sku, name, description, price, currency, attributes, status, version, created_at, updated_at) SELECT id, sku, name, description, price, currency, attributes, status, version, created_at, updated_at FROM json_populate_record(NULL::products, '{"id":"01a2238a-f797-74da-99b2-4c427cd3950c","sku":"Café","name":"Mug","description":"","price":1000,"currency":"EUR","attributes":{},"status":"active","version":1,"created_at":"2026-11-28T19:03:59.639+00:00","updated_at":"2026-11-28T19:03:59.639+00:00"}');
INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id) SELECT id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id FROM json_populate_record(NULL::provider_events, '{"id":"01a2238a-f7f4-7528-84e3-f338cfe3e31b","provider":"sandbox","provider_event_id":"sbx_01a2238a-f7df-724b-80ab-10c9689581de","attempt_id":"01a2238a-f7df-724b-80ab-10c9689581de","type":"captured","amount":2000,"currency":"EUR","occurred_at":"2026-11-28T19:03:59.728+00:00","applied_at":"2026-11-28T19:03:59.756927+00:00","dispute_id":null}');
INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id) SELECT id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id FROM json_populate_record(NULL::provider_events, '{"id":"01a2238a-f834-7639-855e-7511c2e9a0a6","provider":"sandbox","provider_event_id":"sbx_01a2238a-f82c-73b9-bb19-1e5e8d104582","attempt_id":"01a2238a-f82c-73b9-bb19-1e5e8d104582","type":"refunded","amount":300,"currency":"EUR","occurred_at":"2026-11-28T19:03:59.793+00:00","applied_at":"2026-11-28T19:03:59.794582+00:00","dispute_id":null}');
INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id) SELECT id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id FROM json_populate_record(NULL::provider_events, '{"id":"01a2238a-f865-7695-8bf0-b76012776f0a","provider":"sandbox","provider_event_id":"sbx_01a2238a-f85b-7053-b25c-c9b759609773","attempt_id":"01a2238a-f85b-7053-b25c-c9b759609773","type":"authorized","amount":500,"currency":"EUR","occurred_at":"2026-11-28T19:03:59.844+00:00","applied_at":"2026-11-28T19:03:59.84618+00:00","dispute_id":null}');
INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id) SELECT id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at, dispute_id FROM json_populate_record(NULL::provider_events, '{"id":"01a2238a-f86e-7541-9bf7-a72027012fa8","provider":"sandbox","provider_event_id":"sbx_01a2238a-f86c-735d-9014-ac84a7bcaee4","attempt_id":"01a2238a-f86c-735d-9014-ac84a7bcaee4","type":"declined","amount":1500,"currency":"EUR","occurred_at":"2026-11-28T19:03:59.853+00:00","applied_at":"2026-11-28T19:03:59.854494+00:00","dispute_id":null}');
INSERT INTO reconciliations (id, provider, date, runs, settlements, entries, version, created_at, run_at) SELECT id, provider, date, runs, settlements, entries, version, created_at, run_at FROM json_populate_record(NULL::reconciliations, '{"id":"01a2238a-f8f8-735f-aac1-622d1f57b633","provider":"sandbox","date":"2026-11-28","runs":1,"settlements":2,"entries":2,"version":1,"created_at":"2026-11-28T19:03:59.992+00:00","run_at":"2026-11-28T19:03:59.992+00:00"}');
INSERT INTO refunds (id, payment_id, amount, reason, status, actor_id, created_at, updated_at) SELECT id, payment_id, amount, reason, status, actor_id, created_at, updated_at FROM json_populate_record(NULL::refunds, '{"id":"01a2238a-f82c-73b8-ad24-5a394865cf89","payment_id":"01a2238a-f7df-724a-8329-febd68188f33","amount":300,"reason":"late","status":"succeeded","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.785677+00:00","updated_at":"2026-11-28T19:03:59.796+00:00"}');
INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at) SELECT attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at FROM json_populate_record(NULL::sandbox.operations, '{"attempt_id":"01a2238a-f7df-724b-80ab-10c9689581de","payment_id":"01a2238a-f7df-724a-8329-febd68188f33","kind":"charge","amount":2000,"currency":"EUR","payment_method":"pm_ok","outcome":"succeeded","created_at":"2026-11-28T19:03:59.728602+00:00"}');
INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at) SELECT attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at FROM json_populate_record(NULL::sandbox.operations, '{"attempt_id":"01a2238a-f82c-73b9-bb19-1e5e8d104582","payment_id":"01a2238a-f7df-724a-8329-febd68188f33","kind":"refund","amount":300,"currency":"EUR","payment_method":"pm_ok","outcome":"succeeded","created_at":"2026-11-28T19:03:59.793065+00:00"}');
INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at) SELECT attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at FROM json_populate_record(NULL::sandbox.operations, '{"attempt_id":"01a2238a-f85b-7053-b25c-c9b759609773","payment_id":"01a2238a-f85b-7052-9e7f-8e1545fd811c","kind":"authorize","amount":500,"currency":"EUR","payment_method":"pm_ok","outcome":"succeeded","created_at":"2026-11-28T19:03:59.844406+00:00"}');
INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at) SELECT attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at FROM json_populate_record(NULL::sandbox.operations, '{"attempt_id":"01a2238a-f86c-735d-9014-ac84a7bcaee4","payment_id":"01a2238a-f86c-735c-b3a3-b6794f00e12a","kind":"charge","amount":1500,"currency":"EUR","payment_method":"pm_declined","outcome":"declined","created_at":"2026-11-28T19:03:59.853586+00:00"}');
INSERT INTO stock_levels (product_id, on_hand, reserved) SELECT product_id, on_hand, reserved FROM json_populate_record(NULL::stock_levels, '{"product_id":"01a2238a-f755-7282-a6ec-9cd37910749f","on_hand":5,"reserved":0}');
INSERT INTO stock_levels (product_id, on_hand, reserved) SELECT product_id, on_hand, reserved FROM json_populate_record(NULL::stock_levels, '{"product_id":"01a2238a-f797-74da-99b2-4c427cd3950c","on_hand":5,"reserved":0}');
INSERT INTO stock_levels (product_id, on_hand, reserved) SELECT product_id, on_hand, reserved FROM json_populate_record(NULL::stock_levels, '{"product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","on_hand":98,"reserved":2}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f73f-731d-b99b-1466287ab6a7","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","kind":"adjust","on_hand_delta":100,"reserved_delta":0,"order_id":null,"reason":"opening stock","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.544955+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f760-71a9-91e3-8308b2d9ce28","product_id":"01a2238a-f755-7282-a6ec-9cd37910749f","kind":"adjust","on_hand_delta":5,"reserved_delta":0,"order_id":null,"reason":"opening stock","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.575117+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f7b6-71ef-a3fe-d3ea4ab36815","product_id":"01a2238a-f797-74da-99b2-4c427cd3950c","kind":"adjust","on_hand_delta":5,"reserved_delta":0,"order_id":null,"reason":"opening stock","actor_id":"01a2238a-f6b7-70a4-9c49-e71f48820243","created_at":"2026-11-28T19:03:59.639481+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f7d1-7265-9a11-02deb993a7b4","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","kind":"reserve","on_hand_delta":0,"reserved_delta":2,"order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","reason":null,"actor_id":null,"created_at":"2026-11-28T19:03:59.695883+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f849-7783-b58c-80e8e17487c0","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","kind":"ship","on_hand_delta":-2,"reserved_delta":-2,"order_id":"01a2238a-f7c7-74a9-9687-3d09aaa7648b","reason":null,"actor_id":null,"created_at":"2026-11-28T19:03:59.813291+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f856-715c-b581-5a1db1d64e92","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","kind":"reserve","on_hand_delta":0,"reserved_delta":2,"order_id":"01a2238a-f84f-7103-a27a-10ad39269a3b","reason":null,"actor_id":null,"created_at":"2026-11-28T19:03:59.824058+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f872-7219-9eb6-07fa72f9703d","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","kind":"reserve","on_hand_delta":0,"reserved_delta":2,"order_id":"01a2238a-f872-7217-93b2-9ad8c7d106f4","reason":null,"actor_id":null,"created_at":"2026-11-28T19:03:59.858527+00:00"}');
INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at) SELECT id, product_id, kind, on_hand_delta, reserved_delta, order_id, reason, actor_id, created_at FROM json_populate_record(NULL::stock_movements, '{"id":"01a2238a-f878-7553-b75d-33f0c0d29b0f","product_id":"01a2238a-f737-752e-9505-dc7bd43b6db2","kind":"release","on_hand_delta":0,"reserved_delta":-2,"order_id":"01a2238a-f872-7217-93b2-9ad8c7d106f4","reason":null,"actor_id":null,"created_at":"2026-11-28T19:03:59.863522+00:00"}');
INSERT INTO store_credit_balances (user_id, currency, account_id, amount) SELECT user_id, currency, account_id, amount FROM json_populate_record(NULL::store_credit_balances, '{"user_id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","currency":"EUR","account_id":"01a2238a-f87b-758a-a939-eef0447e2c12","amount":500}');
INSERT INTO users (id, email, name, roles, password_hash, version, created_at, updated_at) SELECT id, email, name, roles, password_hash, version, created_at, updated_at FROM json_populate_record(NULL::users, '{"id":"01a2238a-f6b8-70a6-9aa6-3b390f6e8242","email":"80df7a99-7824-4e9b-a372-b64b50b2a42c@till.test","name":"Ada","roles":["customer"],"password_hash":null,"version":1,"created_at":"2026-11-28T19:03:59.51903+00:00","updated_at":"2026-11-28T19:03:59.51903+00:00"}');
INSERT INTO users (id, email, name, roles, password_hash, version, created_at, updated_at) SELECT id, email, name, roles, password_hash, version, created_at, updated_at FROM json_populate_record(NULL::users, '{"id":"01a2238a-f6b7-70a4-9c49-e71f48820243","email":"35c83000-0721-400d-b526-2cb984854106@till.test","name":"Ada","roles":["admin"],"password_hash":null,"version":1,"created_at":"2026-11-28T19:03:59.519014+00:00","updated_at":"2026-11-28T19:03:59.519014+00:00"}');
INSERT INTO users (id, email, name, roles, password_hash, version, created_at, updated_at) SELECT id, email, name, roles, password_hash, version, created_at, updated_at FROM json_populate_record(NULL::users, '{"id":"01a2238a-f8d7-77ba-a7c0-2e7c06d6c9d2","email":"ada@till.test","name":"Ada","roles":["customer"],"password_hash":"$argon2id$v=19$m=19456,t=2,p=1$JiNC/pa2lpCxqCu1mZPtdg$b5huH/P9+E9XoJrmxJUukmAMWzvQBbifGnTaIU6OKK8","version":1,"created_at":"2026-11-28T19:03:59.958951+00:00","updated_at":"2026-11-28T19:03:59.958951+00:00"}');
INSERT INTO users (id, email, name, roles, password_hash, version, created_at, updated_at) SELECT id, email, name, roles, password_hash, version, created_at, updated_at FROM json_populate_record(NULL::users, '{"id":"0a7a32a9-6a7a-442c-b0bd-e388c403901a","email":"one@münchen.example","name":"Ada","roles":["customer"],"password_hash":null,"version":1,"created_at":"2026-11-28T19:03:59.969783+00:00","updated_at":"2026-11-28T19:03:59.969783+00:00"}');
INSERT INTO users (id, email, name, roles, password_hash, version, created_at, updated_at) SELECT id, email, name, roles, password_hash, version, created_at, updated_at FROM json_populate_record(NULL::users, '{"id":"41f28803-9553-4fe2-92a3-87a27c3dffa6","email":"two@münchen.example","name":"Ada","roles":["customer"],"password_hash":null,"version":1,"created_at":"2026-11-28T19:03:59.969783+00:00","updated_at":"2026-11-28T19:03:59.969783+00:00"}');
INSERT INTO users (id, email, name, roles, password_hash, version, created_at, updated_at) SELECT id, email, name, roles, password_hash, version, created_at, updated_at FROM json_populate_record(NULL::users, '{"id":"143321cc-e94d-4987-b2b8-e2dbaa7885b3","email":"two@xn--mnchen-3ya.example","name":"Ada","roles":["customer"],"password_hash":null,"version":1,"created_at":"2026-11-28T19:03:59.969783+00:00","updated_at":"2026-11-28T19:03:59.969783+00:00"}');
SELECT setval('order_numbers', 1003);
SELECT setval('migrations_id_seq', (SELECT max(id) FROM migrations));
RESET session_replication_role;
