import assert from 'node:assert/strict';
import type { Till } from './till.js';

/** What is still under way, of anything in the database. */
const OPEN = `
  SELECT 'attempt' AS what, a.id::text, a.kind || ' ' || a.state AS state, p.payment_method AS about
    FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
    WHERE a.state IN ('started', 'pending', 'requires_action', 'not_sent', 'unknown')
  UNION ALL SELECT 'payment', id::text, status, payment_method FROM payments WHERE status IN ('processing', 'requires_action')
  UNION ALL SELECT 'order', id::text, status, '' FROM orders WHERE reserved_until IS NOT NULL
  UNION ALL SELECT 'obligation', id::text, state, reason FROM obligations WHERE state = 'open'
  UNION ALL SELECT 'event', event_id::text, '', '' FROM outbox
  UNION ALL SELECT 'delivery', event_id::text, status, coalesce(last_error, '') FROM event_deliveries WHERE status <> 'done'
  UNION ALL SELECT 'webhook of the sandbox', id::text, '', body FROM sandbox.webhooks WHERE next_attempt_at IS NOT NULL
  UNION ALL SELECT 'webhook', id::text, state, coalesce(reason, '') FROM provider_webhooks
    WHERE state NOT IN ('applied', 'ignored')
  UNION ALL SELECT 'ledger transaction', transaction_id::text, 'unsealed', '' FROM ledger_unsealed`;

type Open = Readonly<Record<'what' | 'id' | 'state' | 'about', string>>;

/** What an earlier run that failed has left behind counts for no other. */
export async function openThings({ sql }: Till, except: ReadonlySet<string> = new Set()): Promise<Open[]> {
  return (await sql<Open>(OPEN)).filter(({ id }) => !except.has(id));
}

/** Seconds after which whatever waits is looked into again, the last ones over and over. */
const pauses = [0, 7, 40, 1000, 4000, 7200, 90_000, 90_000, 90_000, 90_000, 90_000, 90_000];

/** Lets time pass and the worker work until nothing is under way; answers how many rounds that took. */
export async function settle(till: Till, deliver: () => Promise<void>, except: ReadonlySet<string>): Promise<number> {
  for (const [round, seconds] of pauses.entries()) {
    if (seconds > 0) await till.passTime(seconds);
    await deliver();
    for (const job of [
      'inbox',
      'resolve',
      'expire',
      'deliver',
      'return',
      'inbox',
      'deliver',
      'return',
      'seal',
    ] as const)
      assert.deepEqual(await till.work(job), [], `the worker failed to ${job}`);
    if ((await openThings(till, except)).length === 0) return round;
  }
  const left = (await openThings(till, except)).map((open) => Object.values(open).join(' ').trim());
  throw new Error(`After days this is still under way:\n${left.join('\n')}`);
}

/** Effects of requests, counted where each leaves one row; and events that an order has once. */
const EFFECTS = `
  SELECT (SELECT count(*)::int FROM orders o WHERE o.customer_id = ANY($1)) AS place,
    (SELECT count(*)::int FROM payments p WHERE p.customer_id = ANY($1)) AS pay,
    (SELECT count(*)::int FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.customer_id = ANY($1)
      AND r.actor_id IS NOT NULL AND NOT EXISTS (SELECT FROM approvals a WHERE a.refund_id = r.id)) AS refund,
    (SELECT count(*)::int FROM payment_attempts a JOIN refunds r ON r.id = a.refund_id JOIN payments p ON p.id = r.payment_id
      WHERE p.customer_id = ANY($1) AND a.request_key IS NOT NULL AND (r.actor_id IS NULL OR EXISTS (
        SELECT FROM payment_attempts b WHERE b.refund_id = r.id AND b.id < a.id))) AS retry,
    (SELECT count(*)::int FROM approvals a JOIN payments p ON p.id = a.payment_id WHERE p.customer_id = ANY($1)) AS ask,
    (SELECT count(*)::int FROM approvals a JOIN orders o ON o.id = a.order_id WHERE o.customer_id = ANY($1)) AS "askToCancel",
    (SELECT count(*)::int FROM approvals a LEFT JOIN refunds r ON r.id = a.refund_id LEFT JOIN payments p ON p.id = r.payment_id
      LEFT JOIN orders o ON o.id = a.order_id
      WHERE coalesce(p.customer_id, o.customer_id) = ANY($1) AND a.status = 'approved') AS approve,
    (SELECT count(*)::int FROM approvals a LEFT JOIN payments p ON p.id = a.payment_id LEFT JOIN orders o ON o.id = a.order_id
      WHERE coalesce(p.customer_id, o.customer_id) = ANY($1) AND a.status = 'rejected') AS reject,
    (SELECT count(*)::int FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE p.customer_id = ANY($1)
      AND a.kind = 'capture' AND a.request_key IS NOT NULL) AS capture,
    (SELECT count(*)::int FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE p.customer_id = ANY($1)
      AND a.kind = 'void' AND a.request_key IS NOT NULL) AS void,
    (SELECT count(*)::int FROM fulfillments f JOIN orders o ON o.id = f.order_id WHERE o.customer_id = ANY($1)) AS fulfil`;
const REPEATED = `
  SELECT e.order_id, e.type, count(*)::int AS times FROM events e
  WHERE e.order_id = ANY($1) AND e.type IN ('order.placed', 'order.confirmed', 'order.completed', 'order.cancelled', 'order.expired')
  GROUP BY e.order_id, e.type HAVING count(*) > 1`;
/** Operations that Till has for failed, and that the sandbox has made. */
const DENIED = `
  SELECT a.id, a.kind, a.state FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
  JOIN sandbox.operations o ON o.attempt_id = a.id
  WHERE p.customer_id = ANY($1) AND o.outcome = 'succeeded' AND a.state <> 'succeeded'
    AND NOT (a.kind = 'refund' AND a.state = 'failed')`;
/** Payments of the run whose amounts are not what the sandbox did by its own books. */
const DIFFERENCES = `
  SELECT p.id, p.payment_method, p.captured_amount AS captured, s.charged, p.refunded_amount AS refunded, s.given,
    p.authorized_amount AS authorized, s.held, p.voided_amount AS voided, s.released, l.lapsed,
    p.disputed_amount AS disputed, s.withheld
  FROM payments p CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('charge', 'capture')), 0)::bigint AS charged,
      coalesce(sum(amount) FILTER (WHERE kind IN ('charge', 'authorize')), 0)::bigint AS held,
      coalesce(sum(amount) FILTER (WHERE kind = 'void'), 0)::bigint AS released,
      coalesce(sum(CASE kind WHEN 'refund' THEN amount WHEN 'refund_reversal' THEN -amount END), 0)::bigint AS given,
      coalesce(sum(CASE kind WHEN 'dispute' THEN amount WHEN 'dispute_reversal' THEN -amount END), 0)::bigint AS withheld
    FROM sandbox.operations WHERE payment_id = p.id AND outcome = 'succeeded') s
  CROSS JOIN LATERAL (
    -- What Till recorded as expired by itself, because the sandbox refused to void it.
    SELECT coalesce(sum(e.amount), 0)::bigint AS lapsed FROM payment_attempts a JOIN provider_events e ON e.attempt_id = a.id
    WHERE a.payment_id = p.id AND e.provider_event_id LIKE 'till_expired_%') l
  WHERE p.customer_id = ANY($1) AND p.provider = 'sandbox'
    AND (p.captured_amount, p.refunded_amount, p.authorized_amount, p.voided_amount, p.disputed_amount)
      <> (s.charged, s.given, s.held, s.released + l.lapsed, s.withheld)`;

/** `accepted`: how many requests of each kind were answered 201, each under a key of its own. */
export async function assertEffects(
  { sql }: Till,
  customers: readonly string[],
  orders: readonly string[],
  accepted: Readonly<Record<string, number>>,
): Promise<void> {
  const effects = (await sql<Record<string, number>>(EFFECTS, [customers]))[0]!;
  const expected = Object.fromEntries(Object.keys(effects).map((kind) => [kind, accepted[kind] ?? 0]));
  assert.deepEqual(effects, expected, 'a request has had no effect, or more than one');
  assert.deepEqual(await sql(REPEATED, [orders]), [], 'an order has an event twice');
  assert.deepEqual(await sql(DENIED, [customers]), [], 'Till has for failed what the sandbox has made');
  assert.deepEqual(await sql(DIFFERENCES, [customers]), [], "the sandbox's books say something else");
}
