import type { ProofScope } from '../../platform/proof/index.js';

/** Each rule is a statement that selects the rows that break it. */

const KINDS = `'capture', 'refund', 'refund_reversal'`;

/**
 * Ledger transactions of money of orders, with their reference: the amount that moved, its account, and whether all other entries are on
 * accounts that such a transaction has. An entry of revenue or tax has the opposite sign of the money, or is a correction of one unit.
 */
const movements = (scope: ProofScope) => `
  SELECT t.id, t.kind, t.reference_id, t.order_id, min(e.currency) AS currency, count(*) FILTER (WHERE e.head IN ('provider_clearing', 'store_credit')) AS moves,
    sum(e.amount) FILTER (WHERE e.head IN ('provider_clearing', 'store_credit')) AS amount,
    min(e.code) FILTER (WHERE e.head IN ('provider_clearing', 'store_credit')) AS account,
    bool_and(e.head IN ('provider_clearing', 'store_credit', 'vat_payable', 'discounts', 'charges', CASE t.kind WHEN 'capture' THEN 'sales' ELSE 'refunds' END)) AS fits
  FROM ledger_transactions t JOIN (
    SELECT e.transaction_id, e.amount, a.code, a.currency, split_part(a.code, ':', 1) AS head
    FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id) e ON e.transaction_id = t.id
  WHERE t.kind IN (${KINDS}) AND ${scope.inOrders('t.order_id')} GROUP BY t.id`;

/**
 * Every capture, refund and reversal of a refund that a provider reported has one ledger transaction, and vice versa. A reversal implies
 * its refund, which may not have been reported.
 */
export const captures = (scope: ProofScope) => `
  SELECT l.id AS transaction, e.id AS "providerEvent", coalesce(e.attempt_id, l.reference_id) AS attempt, e.payment_id AS payment,
    coalesce(e.order_id, l.order_id) AS "order", coalesce(e.kind, l.kind) AS kind, e.amount::text AS "eventAmount",
    l.amount::text AS "ledgerAmount"
  FROM (
    SELECT e.id, e.attempt_id, moved.kind, e.amount, e.currency,
      p.order_id, p.id AS payment_id,
      CASE p.provider WHEN 'store_credit' THEN 'store_credit:' ELSE 'provider_clearing:' || p.provider END AS account
    FROM provider_events e JOIN payment_attempts a ON a.id = e.attempt_id JOIN payments p ON p.id = a.payment_id
    JOIN (VALUES ('captured', 'capture'), ('refunded', 'refund'), ('refund_reversed', 'refund_reversal'),
      ('refund_reversed', 'refund')) AS moved (type, kind) ON moved.type = e.type
    WHERE ${scope.inOrders('p.order_id')} AND NOT (e.type = 'refund_reversed' AND moved.kind = 'refund' AND EXISTS (
      SELECT FROM provider_events r WHERE r.attempt_id = e.attempt_id AND r.type = 'refunded'))) e
  FULL JOIN (${movements(scope)}) l ON l.reference_id = e.attempt_id AND l.kind = e.kind
  WHERE (CASE e.kind WHEN 'refund' THEN -e.amount ELSE e.amount END, e.currency, e.order_id, 1)
      IS DISTINCT FROM (l.amount, l.currency, l.order_id, l.moves)
    OR NOT l.fits OR NOT starts_with(l.account, e.account)`;

/**
 * What tax groups have as booked is what the ledger has for their orders, by country, category and rate; the plain accounts have only
 * money beyond the groups.
 */
export const taxes = (scope: ProofScope) => `
  SELECT coalesce(g.order_id, l.order_id) AS "order", coalesce(g.key, l.key) AS tax, g.gross::text AS booked, g.tax::text AS "bookedTax",
    l.gross::text AS ledger, l.tax::text AS "ledgerTax"
  FROM (
    SELECT order_id, country || ':' || category || ':' || rate::text AS key, booked_gross AS gross, booked_tax AS tax
    FROM tax_groups WHERE ${scope.inOrders('order_id')}) g
  FULL JOIN (
    SELECT t.order_id, substr(a.code, strpos(a.code, ':') + 1) AS key, -sum(e.amount) AS gross,
      coalesce(-sum(e.amount) FILTER (WHERE a.code LIKE 'vat_payable:%'), 0) AS tax
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
    WHERE t.kind IN (${KINDS}) AND ${scope.inOrders('t.order_id')}
      AND (a.code LIKE 'sales:%' OR a.code LIKE 'refunds:%' OR a.code LIKE 'discounts:%' OR a.code LIKE 'charges:%' OR a.code LIKE 'vat_payable:%')
    GROUP BY 1, 2) l ON (l.order_id, l.key) = (g.order_id, g.key)
  WHERE (coalesce(g.gross, 0), coalesce(g.tax, 0)) <> (coalesce(l.gross, 0), coalesce(l.tax, 0)) OR g.order_id IS NULL`;

/** What groups of an account have as booked is what the ledger has there for their orders, by country, category and rate. */
const shares = (scope: ProofScope, groups: string, account: string, sum: string) => `
  SELECT coalesce(g.order_id, l.order_id) AS "order", coalesce(g.tax, l.tax) AS tax, g.booked::text AS booked, l.amount::text AS ledger
  FROM (SELECT order_id, tax, booked FROM ${groups} WHERE ${scope.inOrders('order_id')}) g
  FULL JOIN (
    SELECT t.order_id, CASE a.code WHEN '${account}' THEN '' ELSE substr(a.code, strpos(a.code, ':') + 1) END AS tax, ${sum} AS amount
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
    WHERE t.kind IN (${KINDS}) AND ${scope.inOrders('t.order_id')} AND (a.code = '${account}' OR a.code LIKE '${account}:%')
    GROUP BY 1, 2) l ON (l.order_id, l.tax) = (g.order_id, g.tax)
  WHERE coalesce(g.booked, 0) <> coalesce(l.amount, 0) OR g.order_id IS NULL`;

export const discounts = (scope: ProofScope) => shares(scope, 'discount_groups', 'discounts', 'sum(e.amount)');
export const charges = (scope: ProofScope) => shares(scope, 'charge_groups', 'charges', '-sum(e.amount)');
