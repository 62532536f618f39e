import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { findBrokenIn, ProofChecks, type ProofScope } from '../platform/proof/index.js';
import { booked, productShares } from './sales-sql.js';

/** Orders whose products have other sums in the report than the ledger has as their revenue and tax. */
const differing = (scope: ProofScope): string => {
  const orders = `SELECT id AS order_id FROM orders WHERE ${scope.inOrders('id')}`;
  return `
    SELECT coalesce(r.order_id, l.order_id) AS "order", coalesce(r.currency, l.currency) AS currency, r.gross::text AS gross,
      l.gross::text AS "ledgerGross", r.refunded::text AS refunded, l.refunded::text AS "ledgerRefunded"
    FROM (
      SELECT order_id, currency, coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS gross,
        coalesce(-sum(amount) FILTER (WHERE kind <> 'capture'), 0) AS refunded
      FROM (${productShares(orders, 'true', 'true')}) shares GROUP BY 1, 2) r
    FULL JOIN (${booked(scope.inOrders('t.order_id'))}) l ON (l.order_id, l.currency) = (r.order_id, r.currency)
    WHERE (coalesce(r.gross, 0), coalesce(r.refunded, 0)) <> (coalesce(l.gross, 0), coalesce(l.refunded, 0))`;
};

/** The rule for the sales report in `GET /v1/ledger/proof`. */
@Injectable()
export class ReportsProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register({
      name: 'sales_report_matches_ledger',
      rule: 'What the sales report has of each order, by product, is what the ledger has booked as its revenue and tax.',
      run: (scope) => findBrokenIn(this.tx, scope, differing),
    });
  }
}
