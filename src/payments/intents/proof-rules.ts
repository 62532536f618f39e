import type { ProofScope } from '../../platform/proof/index.js';

/** Each rule is a statement that selects the rows that break it. */

const OPEN = `a.state NOT IN ('succeeded', 'declined', 'failed')`;

/** The condition that `payment_id` belongs to an order in the scope, so that rows of other payments are not read. */
export const ofPayments = (scope: ProofScope) =>
  scope.changes ? `payment_id IN (SELECT id FROM payments WHERE ${scope.inOrders('order_id')})` : 'true';

/** The condition that `e` belongs to an attempt or dispute of an order in the scope. `rows_have_owners` finds events without one. */
const ofTheirOperations = (scope: ProofScope) =>
  scope.changes
    ? `e.id IN (
        SELECT e.id FROM provider_events e JOIN payment_attempts ON payment_attempts.id = e.attempt_id WHERE ${ofPayments(scope)}
        UNION ALL
        SELECT e.id FROM provider_events e JOIN disputes ON disputes.id = e.dispute_id WHERE ${ofPayments(scope)})`
    : 'true';

/** What the payment of a dispute `d` holds, or held, of its money. */
export const COVERED_BY_PAYMENT = `coalesce((
  SELECT e.covered_amount FROM provider_events e
  WHERE e.dispute_id = d.id AND e.covered_amount IS NOT NULL ORDER BY e.id DESC LIMIT 1), d.covered_amount, d.amount)`;

/** Each amount of an order as the sum over its payments and their disputes, recorded and in progress. */
export const orders = (scope: ProofScope) => `
  SELECT coalesce(o.id, p.order_id) AS "order", to_jsonb(o) - 'id' AS found, to_jsonb(p) - 'order_id' AS "sumOfPayments"
  FROM (
    SELECT id, authorized_amount AS authorized, captured_amount AS captured, refunded_amount AS refunded,
      capture_pending AS capturing, void_pending AS voiding, refund_pending AS refunding, disputed_amount AS disputed,
      charged_back_amount AS "chargedBack"
    FROM orders WHERE ${scope.inOrders('id')}) o
  FULL JOIN (
    SELECT p.order_id, sum(authorized_amount - voided_amount) AS authorized, sum(captured_amount) AS captured,
      sum(refunded_amount) AS refunded, sum(capture_pending) AS capturing, sum(void_pending) AS voiding,
      sum(refund_pending) AS refunding, coalesce(sum(d.open), 0) AS disputed, coalesce(sum(d.lost), 0) AS "chargedBack"
    FROM payments p LEFT JOIN (
      SELECT payment_id, sum(${COVERED_BY_PAYMENT}) FILTER (WHERE status = 'open') AS open,
        sum(${COVERED_BY_PAYMENT}) FILTER (WHERE status = 'lost') AS lost
      FROM disputes d WHERE ${ofPayments(scope)} GROUP BY payment_id) d ON d.payment_id = p.id
    WHERE ${scope.inOrders('p.order_id')} GROUP BY p.order_id) p ON p.order_id = o.id
  WHERE (o.authorized, o.captured, o.refunded, o.capturing, o.voiding, o.refunding, o.disputed, o."chargedBack")
    IS DISTINCT FROM (coalesce(p.authorized, 0), coalesce(p.captured, 0), coalesce(p.refunded, 0), coalesce(p.capturing, 0),
      coalesce(p.voiding, 0), coalesce(p.refunding, 0), coalesce(p.disputed, 0), coalesce(p."chargedBack", 0))`;

const COVERED = `
  o.authorized_amount - o.refunded_amount - o.charged_back_amount - o.void_pending - o.refund_pending - o.disputed_amount >= o.total`;

/**
 * Orders whose status contradicts their payments. One payment that authorised all that an order ever cost has confirmed it; several that did
 * so together may never have stood at the same time.
 */
export const confirmations = (scope: ProofScope) => `
  SELECT o.id AS "order", o.status, o.total::text AS total, p.authorized::text AS "everAuthorized"
  FROM orders o
  LEFT JOIN (
    SELECT order_id, sum(authorized_amount) AS authorized, max(authorized_amount) AS most FROM payments
    WHERE ${scope.inOrders('order_id')} GROUP BY order_id) p ON p.order_id = o.id
  WHERE ${scope.inOrders('o.id')} AND (
    (o.status IN ('confirmed', 'completed') AND o.total > coalesce(p.authorized, 0)) OR (o.status = 'pending' AND ${COVERED})
    OR (o.status = 'pending' AND p.most >= (SELECT sum(whole_gross) FROM order_parts l WHERE l.order_id = o.id)))`;

/**
 * Orders whose agreed amount contradicts their refunds. Only refunds lower it, so it is never below the total less refunds. It is
 * exactly that if no more was ever authorised than lines and charges cost, so that no overpayment was returned, and no piece was
 * cancelled. An order that lost all its money has a limited reservation and must be paid again as a whole. One that has ended keeps nothing.
 */
export const agreements = (scope: ProofScope) => `
  SELECT o.id AS "order", o.status, o.agreed_amount::text AS agreed, o.total::text AS total, o.refunded_amount::text AS refunded
  FROM orders o
  LEFT JOIN (
    SELECT order_id, sum(authorized_amount) AS authorized FROM payments WHERE ${scope.inOrders('order_id')} GROUP BY order_id) p
    ON p.order_id = o.id
  LEFT JOIN (
    SELECT order_id, sum(whole_gross) AS ordered FROM order_parts WHERE ${scope.inOrders('order_id')}
    GROUP BY order_id) l ON l.order_id = o.id
  WHERE ${scope.inOrders('o.id')} AND (
    NOT o.agreed_amount BETWEEN o.total - o.refunded_amount AND l.ordered
    OR (o.agreed_amount IS NOT NULL AND (o.refunded_amount = 0 OR o.status IN ('cancelled', 'expired')))
    OR (o.agreed_amount IS NOT NULL AND o.reserved_until IS NOT NULL)
    OR (o.status IN ('confirmed', 'completed') AND o.reserved_until IS NULL AND o.total = l.ordered AND p.authorized <= o.total
      AND o.agreed_amount IS DISTINCT FROM CASE WHEN o.refunded_amount > 0 THEN o.total - o.refunded_amount END
      AND NOT EXISTS (SELECT FROM order_lines WHERE order_id = o.id AND cancelled_quantity > 0)))`;

export const belonging = (scope: ProofScope) => `
  SELECT p.id AS payment, p.order_id AS "order", p.currency, o.currency AS "orderCurrency"
  FROM payments p LEFT JOIN orders o ON o.id = p.order_id
  WHERE ${scope.inOrders('p.order_id')} AND (p.currency, p.customer_id) IS DISTINCT FROM (o.currency, o.customer_id)`;

const STATUS = `
  CASE WHEN p.refunded_amount > 0 THEN CASE WHEN p.refunded_amount >= p.captured_amount THEN 'refunded' ELSE 'partially_refunded' END
    WHEN p.captured_amount > 0 THEN
      CASE WHEN p.captured_amount + p.voided_amount >= p.authorized_amount THEN 'captured' ELSE 'partially_captured' END
    WHEN p.authorized_amount > p.voided_amount THEN 'authorized'
    WHEN p.voided_amount > 0 THEN 'cancelled'
    WHEN p.decline IS NOT NULL THEN
      CASE p.decline->>'code' WHEN 'no_answer' THEN 'failed' WHEN 'provider_unavailable' THEN 'failed' WHEN 'not_needed' THEN 'cancelled' ELSE 'declined' END
    WHEN p.next_action IS NOT NULL THEN 'requires_action'
    ELSE 'processing' END`;

/** `statusOf` in SQL. */
export const statuses = (scope: ProofScope) => `
  SELECT p.id AS payment, p.order_id AS "order", p.status, ${STATUS} AS "amountsSay"
  FROM payments p WHERE ${scope.inOrders('p.order_id')} AND p.status <> ${STATUS}`;

/**
 * Each amount of a payment from the events of its attempts. A capture that arrives before its authorization implies that its
 * amount was authorised, so the authorised amount lies between the two.
 */
export const payments = (scope: ProofScope) => `
  SELECT coalesce(p.id, a.payment_id) AS payment, p.order_id AS "order",
    p.authorized_amount::text AS authorized, e.authorized::text AS "eventsAuthorized",
    p.captured_amount::text AS captured, e.captured::text AS "eventsCaptured",
    p.voided_amount::text AS voided, e.voided::text AS "eventsVoided",
    p.refunded_amount::text AS refunded, e.refunded::text AS "eventsRefunded",
    a.capturing::text AS capturing, a.voiding::text AS voiding, a.refunding::text AS refunding
  FROM (SELECT * FROM payments WHERE ${scope.inOrders('order_id')}) p
  FULL JOIN (
    SELECT a.payment_id, count(*) FILTER (WHERE a.kind = 'authorize') AS openings,
      max(a.amount) FILTER (WHERE a.kind = 'authorize') AS amount,
      coalesce(sum(a.amount) FILTER (WHERE a.kind = 'capture' AND ${OPEN}), 0) AS capturing,
      coalesce(sum(a.amount) FILTER (WHERE a.kind = 'void' AND ${OPEN}), 0) AS voiding,
      coalesce(sum(a.amount) FILTER (WHERE a.kind = 'refund' AND ${OPEN}), 0) AS refunding
    FROM payment_attempts a LEFT JOIN payments p ON p.id = a.payment_id WHERE ${scope.inOrders('p.order_id')}
    GROUP BY a.payment_id) a ON a.payment_id = p.id
  LEFT JOIN (
    SELECT a.payment_id,
      coalesce(max(e.amount) FILTER (WHERE a.kind = 'authorize' AND e.type IN ('authorized', 'captured')), 0) AS authorized,
      coalesce(sum(e.amount) FILTER (WHERE e.type = 'captured'), 0) AS captured,
      coalesce(sum(e.amount) FILTER (WHERE e.type IN ('voided', 'expired')), 0) AS voided,
      coalesce(sum(e.amount) FILTER (WHERE e.type = 'refunded' AND a.state = 'succeeded'), 0) AS refunded
    FROM provider_events e JOIN payment_attempts a ON a.id = e.attempt_id JOIN payments p ON p.id = a.payment_id
    WHERE ${scope.inOrders('p.order_id')} GROUP BY a.payment_id) e ON e.payment_id = p.id
  WHERE p.id IS NULL OR a.openings IS DISTINCT FROM 1 OR a.amount <> p.amount
    OR (p.capture_pending, p.void_pending, p.refund_pending) <> (a.capturing, a.voiding, a.refunding)
    OR (p.captured_amount, p.voided_amount, p.refunded_amount)
      <> (coalesce(e.captured, 0), coalesce(e.voided, 0), coalesce(e.refunded, 0))
    OR NOT p.authorized_amount BETWEEN coalesce(e.authorized, 0) AND greatest(e.authorized, e.captured, 0)`;

/** The events of each kind of operation, for success and failure. */
const OUTCOMES = `
  (VALUES ('authorize', 'authorized', true), ('authorize', 'captured', true), ('authorize', 'declined', false),
    ('authorize', 'failed', false), ('capture', 'captured', true), ('capture', 'capture_failed', false),
    ('void', 'voided', true), ('void', 'expired', true), ('void', 'void_failed', false), ('refund', 'refunded', true),
    ('refund', 'refund_failed', false), ('refund', 'refund_reversed', false)) AS outcome (kind, type, good)`;

/**
 * An attempt succeeded if one of its events says so, failed if all its events say so, and is open without events. A refund whose money
 * came back has failed, whatever its other events say.
 */
export const attempts = (scope: ProofScope) => `
  SELECT a.id AS attempt, a.payment_id AS payment, a.kind, a.state, e.good::int AS "eventsSucceeded", e.bad::int AS "eventsFailed"
  FROM payment_attempts a LEFT JOIN payments p ON p.id = a.payment_id
  LEFT JOIN (
    SELECT e.attempt_id, count(*) FILTER (WHERE good) AS good,
      count(*) FILTER (WHERE NOT good AND e.type <> 'refund_reversed') AS bad,
      count(*) FILTER (WHERE e.type = 'refund_reversed') AS reversed,
      count(*) - count(DISTINCT e.type) AS repeated
    FROM provider_events e JOIN payment_attempts a ON a.id = e.attempt_id JOIN payments p ON p.id = a.payment_id
    LEFT JOIN ${OUTCOMES} ON outcome.kind = a.kind AND outcome.type = e.type
    WHERE ${scope.inOrders('p.order_id')} GROUP BY e.attempt_id) e ON e.attempt_id = a.id
  WHERE ${scope.inOrders('p.order_id')} AND (p.id IS NULL OR e.repeated > 0 OR e.bad > 1
    OR (a.state = 'succeeded') <> (coalesce(e.good, 0) > 0 AND coalesce(e.reversed, 0) = 0)
    OR (a.kind = 'refund' AND a.state = 'failed') <> (coalesce(e.reversed, 0) > 0)
    OR (a.state IN ('declined', 'failed'))
      <> (coalesce(e.reversed, 0) > 0 OR coalesce(e.good, 0) = 0 AND coalesce(e.bad, 0) > 0))`;

/** Provider events that fit neither an attempt nor a dispute. */
export const events = (scope: ProofScope) => `
  SELECT e.id AS "providerEvent", e.attempt_id AS attempt, e.dispute_id AS dispute, p.id AS payment, e.type, e.amount::text AS amount
  FROM provider_events e
  LEFT JOIN payment_attempts a ON a.id = e.attempt_id LEFT JOIN disputes d ON d.id = e.dispute_id
  LEFT JOIN payments p ON p.id = coalesce(a.payment_id, d.payment_id)
  LEFT JOIN ${OUTCOMES} ON outcome.kind = a.kind AND outcome.type = e.type
  WHERE ${ofTheirOperations(scope)} AND ${scope.inOrders('p.order_id')} AND (p.id IS NULL OR num_nonnulls(e.attempt_id, e.dispute_id) <> 1
    OR (e.provider, e.currency) <> (p.provider, p.currency)
    OR (a.id IS NOT NULL AND (outcome.good IS NULL OR (outcome.good AND e.amount <> a.amount)))
    OR (d.id IS NOT NULL AND (e.type NOT IN ('dispute_opened', 'dispute_won', 'dispute_lost') OR e.amount <> d.amount)))`;

/** A refund has the payment and amount of its attempts, and the status that follows from theirs. */
export const refunds = (scope: ProofScope) => `
  SELECT coalesce(r.id, a.refund_id) AS refund, coalesce(r.payment_id, a.payment_id) AS payment, r.status,
    r.amount::text AS amount, a.amount::text AS "attemptAmount"
  FROM (
    SELECT r.* FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id WHERE ${scope.inOrders('p.order_id')}) r
  FULL JOIN (
    SELECT a.refund_id, a.payment_id, max(a.amount) AS amount, min(a.amount) AS least,
      bool_or(a.state = 'succeeded') AS succeeded, bool_or(${OPEN}) AS open
    FROM payment_attempts a LEFT JOIN payments p ON p.id = a.payment_id
    WHERE a.kind = 'refund' AND ${scope.inOrders('p.order_id')} GROUP BY a.refund_id, a.payment_id) a ON a.refund_id = r.id
  WHERE (r.payment_id, r.amount, r.amount) IS DISTINCT FROM (a.payment_id, a.amount, a.least)
    OR NOT CASE WHEN a.succeeded THEN r.status = 'succeeded' WHEN a.open THEN r.status = 'pending'
      WHEN r.obligation_id IS NULL THEN r.status IN ('failed', 'cancelled') ELSE r.status <> 'succeeded' END`;

/** Refunds of lines whose amount is not that of their lines, and lines of which more went back than was sold. Superseded and surplus refunds count for no pieces. */
export const refundLines = (scope: ProofScope) => `
  SELECT coalesce(r.id, f.id) AS refund, l.order_id AS "order", r.amount::text AS found, f.gross::text AS "sumOfLines"
  FROM (
    SELECT f.refund_id AS id, sum(f.gross) AS gross FROM refund_lines f
    WHERE f.refund_id IN (
      SELECT r.id FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id WHERE ${scope.inOrders('p.order_id')})
    GROUP BY f.refund_id) f
  LEFT JOIN refunds r ON r.id = f.id LEFT JOIN payments l ON l.id = r.payment_id
  WHERE r.amount IS DISTINCT FROM f.gross
  UNION ALL
  SELECT min(r.id::text)::uuid, p.order_id, sum(f.quantity)::text, coalesce(l.quantity, 0)::text
  FROM refund_lines f JOIN refunds r ON r.id = f.refund_id JOIN payments p ON p.id = r.payment_id
  LEFT JOIN order_parts l ON l.order_id = p.order_id AND l.id = f.line_id AND l.is_charge = f.of_charge
  WHERE r.status IN ('pending', 'succeeded') AND ${scope.inOrders('p.order_id')}
    AND NOT EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id)
    AND NOT EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = r.id)
  GROUP BY p.order_id, f.line_id, l.quantity HAVING sum(f.quantity) > coalesce(l.quantity, 0)`;

/**
 * Orders that owe money that nobody will return: without an obligation, or with an obligation that no worker will check and without
 * a refund or void that is left to people.
 */
export const owedMoney = (scope: ProofScope) => `
  SELECT o.id AS "order", o.status, order_owed(o)::text AS owed FROM orders o
  WHERE ${scope.inOrders('o.id')} AND order_owed(o) > 0 AND NOT EXISTS (
    SELECT FROM obligations b WHERE b.order_id = o.id AND (b.next_look_at IS NOT NULL OR b.state = 'handed_over' AND EXISTS (
      SELECT FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id AND r.status = 'failed'
        LEFT JOIN payment_attempts v ON v.payment_id = p.id AND v.kind = 'void' AND v.state IN ('declined', 'failed')
      WHERE p.order_id = o.id AND (r.id IS NOT NULL OR v.id IS NOT NULL))))`;

/** Attempts whose columns contradict each other. */
export const attemptKinds = (scope: ProofScope) => `
  SELECT a.id AS attempt, a.payment_id AS payment, a.kind, a.refund_id AS refund
  FROM payment_attempts a LEFT JOIN payments p ON p.id = a.payment_id
  WHERE ${scope.inOrders('p.order_id')} AND (a.kind = 'refund') <> (a.refund_id IS NOT NULL)`;

/** The two sides of ledger transactions of these kinds, with their reference. */
export const posted = (scope: ProofScope, kinds: string) => `
  SELECT t.id, t.kind, t.reference_id, t.order_id, min(a.currency) AS currency, count(*) AS entries,
    sum(e.amount) FILTER (WHERE e.amount > 0) AS amount, min(a.code) FILTER (WHERE e.amount > 0) AS debit,
    min(a.code) FILTER (WHERE e.amount < 0) AS credit
  FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
  WHERE t.kind IN (${kinds}) AND ${scope.inOrders('t.order_id')} GROUP BY t.id`;
