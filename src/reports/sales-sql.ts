/** The kinds of ledger transactions that move money of orders. */
const KINDS = `('capture', 'refund', 'refund_reversal')`;

/** The side of such a transaction on which the money is; each has one entry of it. The rest is revenue and tax. */
const IS_MONEY = `(a.code LIKE 'provider\\_clearing:%' OR a.code LIKE 'store\\_credit:%')`;

const BOOKED =
  'ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id';

/** The period of a report: half-open days of a time zone. $1: the first day; $2: the day after the last one; $3: the time zone. */
export const within = (column: string): string => `${column} >= ${FROM} AND ${column} < ${TO}`;
const FROM = `($1::date::timestamp AT TIME ZONE $3)`;
const TO = `($2::date::timestamp AT TIME ZONE $3)`;

/** The first day of the day, week or month in which a time is. */
export const periodOf = (unit: 'day' | 'week' | 'month', column: string): string =>
  `to_char(date_trunc('${unit}', ${column} AT TIME ZONE $3), 'YYYY-MM-DD')`;

const SUMS = `
  coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS gross,
  coalesce(-sum(amount) FILTER (WHERE kind <> 'capture'), 0) AS refunded,
  count(DISTINCT order_id) FILTER (WHERE kind = 'capture' AND amount <> 0) AS orders`;

/** Money of orders that moved in the period: what was captured is positive, what was refunded negative. */
const MOVED = `
  SELECT t.id, t.kind, t.order_id, t.created_at, a.currency, e.amount FROM ${BOOKED}
  WHERE t.kind IN ${KINDS} AND ${IS_MONEY} AND ${within('t.created_at')}`;

const grouped = (key: string, from: string, order: string): string => `
  SELECT ${key} AS key, NULL AS sku, NULL AS name, currency, ${SUMS} FROM ${from} GROUP BY 1, currency ORDER BY ${order}`;

/**
 * The money of orders by product. Money of a refund of lines belongs to its lines. All other money is spread over the lines and charges of
 * its order by their prices: the share of a line is the difference of two rounded sums, so that whatever is paid in parts comes to the price of each
 * line, and nothing is lost. The rest, such as charges and surplus money, belongs to no product. `orders` selects the orders, `until` limits
 * the transactions of which later ones take the rest, and `shown` selects the transactions.
 */
export const productShares = (orders: string, until: string, shown: string): string => `
  WITH touched AS (${orders}),
  flows AS (
    SELECT t.id, t.kind, t.order_id, t.created_at, a.currency, e.amount, r.refund_id,
      CASE t.kind WHEN 'capture' THEN 'in' ELSE 'out' || (r.refund_id IS NOT NULL) END AS side
    FROM touched JOIN ${BOOKED.replace('t JOIN', 't ON t.order_id = touched.order_id JOIN')}
    LEFT JOIN LATERAL (
      SELECT p.refund_id FROM payment_attempts p
      WHERE t.kind <> 'capture' AND p.id = t.reference_id AND EXISTS (SELECT FROM refund_lines f WHERE f.refund_id = p.refund_id)) r ON true
    WHERE t.kind IN ${KINDS} AND ${IS_MONEY} AND ${until}),
  sums AS (SELECT *, abs(sum(amount) OVER (PARTITION BY order_id, side ORDER BY created_at, id)) AS after,
    abs(sum(amount) OVER (PARTITION BY order_id, side ORDER BY created_at, id) - amount) AS before FROM flows),
  parts AS (
    SELECT l.order_id, l.position, l.product_id, line_gross(l) AS gross FROM order_lines l WHERE l.order_id IN (SELECT order_id FROM touched)
    UNION ALL
    SELECT c.order_id, 10000 + c.position, NULL, c.amount - c.discount + CASE c.tax_mode WHEN 'exclusive' THEN c.tax ELSE 0 END
    FROM order_charges c WHERE c.order_id IN (SELECT order_id FROM touched)),
  weights AS (SELECT *, sum(gross) OVER (PARTITION BY order_id ORDER BY position) AS upto,
    sum(gross) OVER (PARTITION BY order_id) AS whole FROM parts),
  shares AS (
    SELECT s.id, s.kind, s.order_id, s.currency, w.product_id,
      CASE s.kind WHEN 'capture' THEN 1 ELSE -1 END * (${shareOf('s.after')} - ${shareOf('s.before')}) AS amount
    FROM sums s JOIN weights w ON w.order_id = s.order_id
    WHERE s.refund_id IS NULL AND w.product_id IS NOT NULL AND w.whole > 0 AND ${shown}
    UNION ALL
    SELECT s.id, s.kind, s.order_id, s.currency, l.product_id, sign(s.amount) * f.gross
    FROM sums s JOIN refund_lines f ON f.refund_id = s.refund_id AND NOT f.of_charge JOIN order_lines l ON l.order_id = s.order_id AND l.id = f.line_id
    WHERE ${shown})
  SELECT kind, order_id, currency, product_id, amount FROM shares
  UNION ALL
  SELECT s.kind, s.order_id, s.currency, NULL, s.amount - coalesce(p.amount, 0)
  FROM sums s LEFT JOIN (SELECT id, sum(amount) AS amount FROM shares GROUP BY id) p ON p.id = s.id WHERE ${shown}`;

/** What a line has of the first so many minor units of its order. */
function shareOf(paid: string): string {
  const upTo = (sum: string) => `div(least(${paid}, w.whole)::numeric * (${sum}), w.whole)`;
  return `(${upTo('w.upto')} - ${upTo('w.upto - w.gross')})`;
}

const IN_PERIOD = productShares(
  `SELECT DISTINCT order_id FROM (${MOVED}) m`,
  `t.created_at < ${TO}`,
  `s.created_at >= ${FROM}`,
);

/** The statements of the sales report, by what they group by; with $1 to $3 of `within`. */
export const salesBy = {
  day: grouped(periodOf('day', 'created_at'), `(${MOVED}) m`, '1, currency'),
  week: grouped(periodOf('week', 'created_at'), `(${MOVED}) m`, '1, currency'),
  month: grouped(periodOf('month', 'created_at'), `(${MOVED}) m`, '1, currency'),
  currency: grouped('currency', `(${MOVED}) m`, '1'),
  customer: grouped(
    'o.customer_id::text',
    `(${MOVED}) m JOIN (SELECT id, customer_id FROM orders) o ON o.id = m.order_id`,
    'gross DESC, 1, currency',
  ).replaceAll('count(DISTINCT order_id)', 'count(DISTINCT m.order_id)'),
  product: `
    SELECT s.product_id::text AS key, p.sku, p.name, s.currency, s.gross, s.refunded, s.orders
    FROM (SELECT product_id, currency, ${SUMS} FROM (${IN_PERIOD}) shares GROUP BY 1, 2) s LEFT JOIN products p ON p.id = s.product_id
    WHERE s.gross <> 0 OR s.refunded <> 0 OR s.product_id IS NOT NULL ORDER BY s.gross DESC, 1, s.currency`,
} as const;

/** What revenue and tax the ledger booked for orders of which `orders` holds: the other side of the report. */
export const booked = (orders: string): string => `
  SELECT t.order_id, a.currency, -sum(e.amount) FILTER (WHERE t.kind = 'capture') AS gross, sum(e.amount) FILTER (WHERE t.kind <> 'capture') AS refunded
  FROM ${BOOKED} WHERE t.kind IN ${KINDS} AND NOT ${IS_MONEY} AND ${orders} GROUP BY 1, 2`;
