import { Injectable, type OnModuleInit } from '@nestjs/common';
import { encodeId, type PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { type Finding, ProofChecks } from '../../platform/proof/index.js';

/** By currency: what disputes say, and what the ledger says. */
const LEDGER = `
  SELECT currency, coalesce(d.open, 0)::text AS open, coalesce(d.lost, 0)::text AS lost,
    coalesce(l.open, 0)::text AS "ledgerOpen", coalesce(l.lost, 0)::text AS "ledgerLost"
  FROM (
    SELECT p.currency, sum(d.amount) FILTER (WHERE d.status = 'open') AS open, sum(d.amount) FILTER (WHERE d.status = 'lost') AS lost
    FROM disputes d JOIN payments p ON p.id = d.payment_id GROUP BY p.currency) d
  FULL JOIN (
    SELECT a.currency, sum(e.amount) FILTER (WHERE a.code = 'disputes') AS open,
      sum(e.amount) FILTER (WHERE a.code = 'dispute_losses') AS lost
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
    WHERE t.kind IN ('dispute_opened', 'dispute_won', 'dispute_lost') GROUP BY a.currency) l USING (currency)`;

/** Payments that do not hold back what is in dispute or lost. */
const PAYMENTS = `
  SELECT coalesce(p.id, d.payment_id) AS id FROM (SELECT id, disputed_amount FROM payments WHERE disputed_amount <> 0) p
  FULL JOIN (SELECT payment_id, sum(amount) AS held FROM disputes WHERE status IN ('open', 'lost') GROUP BY payment_id) d
    ON d.payment_id = p.id
  WHERE p.disputed_amount IS DISTINCT FROM d.held LIMIT 20`;

interface LedgerRow extends Record<string, unknown> {
  readonly open: string;
  readonly lost: string;
  readonly ledgerOpen: string;
  readonly ledgerLost: string;
}

/** What `GET /v1/ledger/proof` recomputes of disputes. */
@Injectable()
export class DisputesProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register(
      {
        name: 'disputes_match_ledger',
        rule: 'In each currency, what disputes hold back and what they lost is what the ledger posted.',
        run: () => this.disputesMatchLedger(),
      },
      {
        name: 'payments_match_disputes',
        rule: 'Each payment keeps from refunds what is in dispute and what was lost.',
        run: () => this.paymentsMatchDisputes(),
      },
    );
  }

  private async disputesMatchLedger(): Promise<Finding> {
    const currencies = await this.tx.query<LedgerRow>(LEDGER);
    return {
      holds: currencies.every((row) => row.open === row.ledgerOpen && row.lost === row.ledgerLost),
      detail: { currencies },
    };
  }

  private async paymentsMatchDisputes(): Promise<Finding> {
    const differing = await this.tx.query<{ id: PaymentId }>(PAYMENTS);
    return { holds: differing.length === 0, detail: { differing: differing.map(({ id }) => encodeId('pay', id)) } };
  }
}
