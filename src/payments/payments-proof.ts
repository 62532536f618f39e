import { Injectable, type OnModuleInit } from '@nestjs/common';
import { encodeId, type OrderId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { type Finding, ProofChecks } from '../platform/proof/index.js';

/** By currency: what payments say, and what the ledger says. */
const LEDGER = `
  SELECT coalesce(p.currency, l.currency) AS currency, coalesce(p.captured, 0)::text AS captured, coalesce(p.refunded, 0)::text AS refunded,
    coalesce(l.captured, 0)::text AS "ledgerCaptured", coalesce(l.refunded, 0)::text AS "ledgerRefunded"
  FROM (SELECT currency, sum(captured_amount) AS captured, sum(refunded_amount) AS refunded FROM payments GROUP BY currency) p
  FULL JOIN (
    SELECT a.currency, sum(e.amount) FILTER (WHERE t.kind = 'capture') AS captured, sum(e.amount) FILTER (WHERE t.kind = 'refund') AS refunded
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id JOIN ledger_accounts a ON a.id = e.account_id
    WHERE e.amount > 0 GROUP BY a.currency) l USING (currency)
  WHERE coalesce(p.captured, 0) + coalesce(p.refunded, 0) + coalesce(l.captured, 0) + coalesce(l.refunded, 0) > 0`;

/** Orders whose amounts are not the sums of their payments'. */
const ORDERS = `
  SELECT o.id FROM orders o
  LEFT JOIN (
    SELECT order_id, sum(authorized_amount - voided_amount) AS authorized, sum(captured_amount) AS captured,
      sum(refunded_amount) AS refunded, sum(capture_pending) AS capturing, sum(void_pending) AS voiding,
      sum(refund_pending) AS refunding, sum(disputed_amount) AS disputed
    FROM payments GROUP BY order_id) p ON p.order_id = o.id
  WHERE (o.authorized_amount, o.captured_amount, o.refunded_amount, o.capture_pending, o.void_pending, o.refund_pending,
      o.disputed_amount + o.charged_back_amount)
    <> (coalesce(p.authorized, 0), coalesce(p.captured, 0), coalesce(p.refunded, 0), coalesce(p.capturing, 0),
      coalesce(p.voiding, 0), coalesce(p.refunding, 0), coalesce(p.disputed, 0))
  LIMIT 20`;

interface LedgerRow extends Record<string, unknown> {
  readonly captured: string;
  readonly refunded: string;
  readonly ledgerCaptured: string;
  readonly ledgerRefunded: string;
}

/** What `GET /v1/ledger/proof` recomputes of payments. */
@Injectable()
export class PaymentsProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register(
      {
        name: 'payments_match_ledger',
        rule: 'In each currency, what payments captured and refunded is what the ledger posted.',
        run: () => this.paymentsMatchLedger(),
      },
      {
        name: 'orders_match_payments',
        rule: "Each order's amounts, recorded and on their way, are the sums of its payments'.",
        run: () => this.ordersMatchPayments(),
      },
    );
  }

  private async paymentsMatchLedger(): Promise<Finding> {
    const currencies = await this.tx.query<LedgerRow>(LEDGER);
    const holds = currencies.every((row) => row.captured === row.ledgerCaptured && row.refunded === row.ledgerRefunded);
    return { holds, detail: { currencies } };
  }

  private async ordersMatchPayments(): Promise<Finding> {
    const differing = await this.tx.query<{ id: OrderId }>(ORDERS);
    return { holds: differing.length === 0, detail: { differing: differing.map(({ id }) => encodeId('ord', id)) } };
  }
}
