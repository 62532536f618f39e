/** The SQL that fills a database with paid orders: what Till writes for each, but for many at once. */

/** Customers beside those who measure, the catalogue by number, the ledger's accounts, and a table for one batch. */
export const prepare = `
  CREATE FUNCTION pg_temp.related(id uuid) RETURNS uuid LANGUAGE sql VOLATILE AS
    $$ SELECT (substr(id::text, 1, 19) || substr(gen_random_uuid()::text, 20))::uuid $$;

  INSERT INTO users (id, email, name, roles)
  SELECT pg_temp.related('01900000-0000-7000-8000-000000000000'), 'volume-' || n || '@bench.example', 'Volume ' || n,
    '{customer}'
  FROM generate_series(1, 10000) n;
  CREATE TEMP TABLE crowd AS
  SELECT row_number() OVER (ORDER BY id)::int AS n, id FROM users WHERE email LIKE 'volume-%';
  CREATE UNIQUE INDEX ON crowd (n);

  CREATE TEMP TABLE shelf AS
  SELECT row_number() OVER (ORDER BY id)::int - 1 AS n, id, sku, name, price FROM products;
  CREATE UNIQUE INDEX ON shelf (n);
  ANALYZE crowd, shelf;

  INSERT INTO ledger_accounts (id, code, currency, type) VALUES
    (pg_temp.related('01900000-0000-7000-8000-000000000000'), 'sales', 'EUR', 'revenue'),
    (pg_temp.related('01900000-0000-7000-8000-000000000000'), 'refunds', 'EUR', 'revenue'),
    (pg_temp.related('01900000-0000-7000-8000-000000000000'), 'provider_clearing:sandbox', 'EUR', 'asset')
  ON CONFLICT (code, currency) DO NOTHING;

  CREATE TEMP TABLE batch (n int, id uuid, public_id text, payment_id uuid, public_payment_id text, at timestamptz,
    customer_id uuid, attempt_id uuid, txn_id uuid, confirmed_id uuid, total bigint);
  CREATE TEMP TABLE line (id uuid, position int, at timestamptz, product_id uuid, sku text, name text, quantity int,
    unit_price bigint);`;

/** What lies between product and product of an order, so that the two differ. */
const SHELF = '(SELECT count(*)::int FROM shelf)';

const BATCH = `
  INSERT INTO batch
  SELECT t.n, t.id, t.public_id, t.payment_id, t.public_payment_id, t.at,
    CASE WHEN t.n % 10 = 0 THEN $7::uuid WHEN t.n % $9::int = 7 THEN $8::uuid ELSE crowd.id END,
    pg_temp.related(t.payment_id), pg_temp.related(t.payment_id), pg_temp.related(t.payment_id), 0
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[])
    AS t (n, id, public_id, payment_id, public_payment_id, at)
  JOIN crowd ON crowd.n = 1 + t.n::bigint * 7919 % 10000`;

const LINES = `
  INSERT INTO line
  SELECT b.id, p.position, b.at, s.id, s.sku, s.name, p.position, s.price
  FROM batch b CROSS JOIN (SELECT ${SHELF} AS size) shelves
  CROSS JOIN LATERAL (VALUES (1, b.n % size), (2, (b.n + 1 + b.n % (size - 1)) % size)) p (position, product)
  JOIN shelf s ON s.n = p.product`;

const TOTALS = `
  UPDATE batch SET total = t.total
  FROM (SELECT id, sum(quantity * unit_price) AS total FROM line GROUP BY id) t WHERE t.id = batch.id`;

const ORDERS = `
  INSERT INTO orders (id, number, customer_id, currency, status, total, authorized_amount, captured_amount, version,
    created_at, updated_at)
  SELECT id, nextval('order_numbers'), customer_id, 'EUR', 'confirmed', total, total, total, 2, at, at FROM batch ORDER BY n`;

const ORDER_LINES = `
  INSERT INTO order_lines (order_id, position, id, product_id, sku, name, quantity, unit_price)
  SELECT id, position, pg_temp.related(id), product_id, sku, name, quantity, unit_price FROM line ORDER BY id, position`;

const STOCK_MOVEMENTS = `
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id, created_at)
  SELECT pg_temp.related(id), product_id, 'reserve', 0, quantity, id, at FROM line ORDER BY id`;

const PAYMENTS = `
  INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount,
    authorized_amount, captured_amount, version, created_at, updated_at)
  SELECT payment_id, id, customer_id, 'sandbox', 'pm_ok', 'automatic', 'EUR', 'captured', total, total, total, 2, at, at
  FROM batch ORDER BY n`;

const ATTEMPTS = `
  INSERT INTO payment_attempts (id, payment_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at)
  SELECT attempt_id, payment_id, 'authorize', total, 'succeeded', sha256(public_payment_id::bytea),
    sha256(public_id::bytea), at, at
  FROM batch ORDER BY n`;

const OPERATIONS = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome, created_at)
  SELECT attempt_id, payment_id, 'charge', total, 'EUR', 'pm_ok', 'succeeded', at FROM batch ORDER BY n`;

const PROVIDER_EVENTS = `
  INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at, applied_at)
  SELECT pg_temp.related(payment_id), 'sandbox', 'sbx_' || attempt_id, attempt_id, 'captured', total, 'EUR', at, at
  FROM batch ORDER BY n`;

const TRANSACTIONS = `
  INSERT INTO ledger_transactions (id, kind, reference_id, order_id, created_at)
  SELECT txn_id, 'capture', attempt_id, id, at FROM batch ORDER BY n`;

const UNSEALED = `
  INSERT INTO ledger_unsealed (transaction_id) SELECT txn_id FROM batch`;

const ENTRIES = `
  INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
  SELECT b.txn_id, e.position, a.id, e.sign * b.total
  FROM batch b CROSS JOIN (VALUES (1, 'provider_clearing:sandbox', 1), (2, 'sales', -1)) e (position, code, sign)
  JOIN ledger_accounts a ON a.code = e.code AND a.currency = 'EUR' ORDER BY b.n`;

const EVENTS = `
  INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data, request_id, actor_id, created_at)
  SELECT CASE e.position WHEN 3 THEN b.confirmed_id ELSE pg_temp.related(b.id) END, e.type, e.aggregate,
    CASE e.aggregate WHEN 'order' THEN b.public_id ELSE b.public_payment_id END, e.version, b.public_id,
    jsonb_build_object('orderId', b.public_id, 'total', b.total, 'currency', 'EUR', 'status', e.status),
    gen_random_uuid()::text, b.customer_id, b.at
  FROM batch b CROSS JOIN (VALUES (1, 'order.placed', 'order', 1, 'pending'), (2, 'payment.captured', 'payment', 2, 'captured'),
    (3, 'order.confirmed', 'order', 2, 'confirmed')) e (position, type, aggregate, version, status)
  ORDER BY b.n, e.position`;

const DELIVERIES = `
  INSERT INTO event_deliveries (event_id, consumer, status, attempts, next_attempt_at, done_at)
  SELECT confirmed_id, 'mail', 'done', 1, at, at FROM batch ORDER BY n`;

const KEYS = `
  INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at)
  SELECT b.customer_id, k.route, gen_random_uuid()::text, sha256(b.public_id::bytea), 201, repeat('x', 700), now()
  FROM batch b CROSS JOIN (VALUES ('POST /v1/orders'), ('POST /v1/orders/:id/payments')) k (route)`;

/** In this order; the first takes the parameters. */
export const batchStatements: readonly string[] = [
  BATCH,
  LINES,
  TOTALS,
  ORDERS,
  ORDER_LINES,
  STOCK_MOVEMENTS,
  PAYMENTS,
  ATTEMPTS,
  OPERATIONS,
  PROVIDER_EVENTS,
  TRANSACTIONS,
  UNSEALED,
  ENTRIES,
  EVENTS,
  DELIVERIES,
  KEYS,
];

/** Levels follow from the journal. */
export const finish = `
  UPDATE stock_levels s SET reserved = m.reserved
  FROM (SELECT product_id, sum(reserved_delta) AS reserved FROM stock_movements GROUP BY product_id) m
  WHERE m.product_id = s.product_id`;
