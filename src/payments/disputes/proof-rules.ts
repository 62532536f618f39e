import type { ProofScope } from '../../platform/proof/index.js';
import { ofPayments, posted } from '../intents/proof-rules.js';

/** Every dispute has a ledger transaction for its opening, and one for each of its ends: one that was lost may be won later. */
export const disputes = (scope: ProofScope) => `
  SELECT coalesce(d.id, l.reference_id) AS dispute, d.payment_id AS payment, d.order_id AS "order", d.status, d.amount::text AS amount,
    l.opened::text AS "ledgerOpened", l.won::text AS "ledgerWon", l.lost::text AS "ledgerLost"
  FROM (
    SELECT d.*, p.order_id, p.currency, p.provider AS payment_provider, EXISTS (
      SELECT FROM provider_events e WHERE e.dispute_id = d.id AND e.type = 'dispute_lost') AS was_lost
    FROM disputes d LEFT JOIN payments p ON p.id = d.payment_id
    WHERE ${scope.inOrders('p.order_id')}) d
  FULL JOIN (
    SELECT reference_id, order_id, currency, max(amount) FILTER (WHERE kind = 'dispute_opened') AS opened,
      max(amount) FILTER (WHERE kind = 'dispute_won') AS won, max(amount) FILTER (WHERE kind = 'dispute_lost') AS lost
    FROM (${posted(scope, `'dispute_opened', 'dispute_won', 'dispute_lost'`)}) t
    GROUP BY reference_id, order_id, currency) l ON l.reference_id = d.id
  WHERE (d.amount, d.order_id, d.currency, d.provider) IS DISTINCT FROM (l.opened, l.order_id, l.currency, d.payment_provider)
    OR l.won IS DISTINCT FROM CASE d.status WHEN 'won' THEN d.amount END
    OR l.lost IS DISTINCT FROM CASE WHEN d.was_lost THEN d.amount END OR d.covered_amount > d.amount
    OR (d.status = 'open') <> (d.closed_at IS NULL)`;

/** Every dispute has a provider event for its opening, and one for its end once it is closed. */
export const disputeEvents = (scope: ProofScope) => `
  SELECT d.id AS dispute, d.payment_id AS payment, d.status, e.types
  FROM disputes d LEFT JOIN payments p ON p.id = d.payment_id
  LEFT JOIN (
    SELECT dispute_id, string_agg(type, ' ' ORDER BY type DESC) AS types FROM provider_events
    WHERE dispute_id IN (SELECT id FROM disputes WHERE ${ofPayments(scope)}) GROUP BY dispute_id) e ON e.dispute_id = d.id
  WHERE ${scope.inOrders('p.order_id')} AND NOT coalesce(e.types = ANY (CASE d.status WHEN 'open' THEN ARRAY['dispute_opened']
    WHEN 'won' THEN ARRAY['dispute_won dispute_opened', 'dispute_won dispute_opened dispute_lost']
    ELSE ARRAY['dispute_opened dispute_lost'] END), false)`;

/** Payments that do not exclude disputed and lost money from refunds. */
export const disputed = (scope: ProofScope) => `
  SELECT p.id AS payment, p.order_id AS "order", p.disputed_amount::text AS found, d.held::text AS "sumOfDisputes"
  FROM payments p
  LEFT JOIN (
    SELECT payment_id, sum(coalesce(covered_amount, amount)) AS held FROM disputes WHERE status IN ('open', 'lost') AND ${ofPayments(scope)}
    GROUP BY payment_id) d ON d.payment_id = p.id
  WHERE ${scope.inOrders('p.order_id')} AND p.disputed_amount <> coalesce(d.held, 0)`;
