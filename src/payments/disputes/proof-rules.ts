import type { ProofScope } from '../../platform/proof/index.js';
import { COVERED_BY_PAYMENT, ofPayments, posted } from '../intents/proof-rules.js';

/** How often each dispute was opened, won and lost, by its provider events. */
const ends = (scope: ProofScope) => `
  SELECT dispute_id, count(*) FILTER (WHERE type = 'dispute_opened') AS openings,
    count(*) FILTER (WHERE type = 'dispute_won') AS wins, count(*) FILTER (WHERE type = 'dispute_lost') AS losses
  FROM provider_events WHERE dispute_id IN (SELECT id FROM disputes WHERE ${ofPayments(scope)}) GROUP BY dispute_id`;

/**
 * Every dispute has a ledger transaction for its opening, and one for each of its ends. A loss after a win takes the money once more. The first
 * transaction of each kind refers to the dispute, any other one to its event.
 */
export const disputes = (scope: ProofScope) => `
  SELECT coalesce(d.id, l.dispute) AS dispute, d.payment_id AS payment, d.order_id AS "order", d.status, d.amount::text AS amount,
    l.opened AS "ledgerOpened", l.won AS "ledgerWon", l.lost AS "ledgerLost", l.least::text AS "ledgerLeast", l.most::text AS "ledgerMost"
  FROM (
    SELECT d.*, p.order_id, p.currency, p.provider AS payment_provider, coalesce(e.wins, 0) AS wins, coalesce(e.losses, 0) AS losses
    FROM disputes d LEFT JOIN payments p ON p.id = d.payment_id LEFT JOIN (${ends(scope)}) e ON e.dispute_id = d.id
    WHERE ${scope.inOrders('p.order_id')}) d
  FULL JOIN (
    SELECT coalesce(e.dispute_id, t.reference_id) AS dispute, t.order_id, t.currency, min(t.amount) AS least, max(t.amount) AS most,
      count(*) FILTER (WHERE t.kind = 'dispute_opened') AS opened, count(*) FILTER (WHERE t.kind = 'dispute_won') AS won,
      count(*) FILTER (WHERE t.kind = 'dispute_lost') AS lost
    FROM (${posted(scope, `'dispute_opened', 'dispute_won', 'dispute_lost'`)}) t
    LEFT JOIN provider_events e ON e.id = t.reference_id
    GROUP BY 1, t.order_id, t.currency) l ON l.dispute = d.id
  WHERE (d.amount, d.amount, d.order_id, d.currency, d.provider)
      IS DISTINCT FROM (l.least, l.most, l.order_id, l.currency, d.payment_provider)
    OR (l.opened, l.won, l.lost) IS DISTINCT FROM (1 + d.wins - (d.status = 'won')::int, d.wins, d.losses)
    OR d.covered_amount > d.amount OR (d.status = 'open') <> (d.closed_at IS NULL)`;

/** Every dispute has one provider event for its opening, and was won and lost in turn: the last of these events is its status. */
export const disputeEvents = (scope: ProofScope) => `
  SELECT d.id AS dispute, d.payment_id AS payment, d.status, e.openings, e.wins, e.losses
  FROM disputes d LEFT JOIN payments p ON p.id = d.payment_id LEFT JOIN (${ends(scope)}) e ON e.dispute_id = d.id
  WHERE ${scope.inOrders('p.order_id')} AND NOT coalesce(e.openings = 1 AND CASE d.status WHEN 'open' THEN e.wins + e.losses = 0
    WHEN 'won' THEN e.wins > 0 AND e.wins - e.losses BETWEEN 0 AND 1
    ELSE e.losses > 0 AND e.losses - e.wins BETWEEN 0 AND 1 END, false)`;

/** Payments that do not exclude disputed and lost money from refunds. */
export const disputed = (scope: ProofScope) => `
  SELECT p.id AS payment, p.order_id AS "order", p.disputed_amount::text AS found, d.held::text AS "sumOfDisputes"
  FROM payments p
  LEFT JOIN (
    SELECT payment_id, sum(${COVERED_BY_PAYMENT}) AS held FROM disputes d WHERE status IN ('open', 'lost') AND ${ofPayments(scope)}
    GROUP BY payment_id) d ON d.payment_id = p.id
  WHERE ${scope.inOrders('p.order_id')} AND p.disputed_amount <> coalesce(d.held, 0)`;
