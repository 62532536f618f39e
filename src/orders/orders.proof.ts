import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { findBrokenIn, ProofChecks, type ProofScope, together } from '../platform/proof/index.js';
import * as rules from './proof-rules.js';
import { provenTables } from './proven-tables.js';

/** What `GET /v1/ledger/proof` recomputes of orders. */
@Injectable()
export class OrdersProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.prove(...provenTables);
    this.checks.register(
      {
        name: 'orders_match_lines',
        rule: 'The total of each order is the sum over its lines of what is not cancelled, and no line is missing.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.totals),
      },
      {
        name: 'orders_match_reservations',
        rule: 'For each order and product, stock movements reserved what the lines ordered, shipped what they fulfilled, and still hold what a live order waits for.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.reservations),
      },
      {
        name: 'lines_match_fulfillments',
        rule: 'Each line has shipped what the fulfilments of its order say, and each fulfilment ships something.',
        run: (scope) => this.linesMatchFulfillments(scope),
      },
      {
        name: 'order_states_follow',
        rule: "The status, the fulfilment status and the reservation time of each order follow from its lines' quantities.",
        run: (scope) => findBrokenIn(this.tx, scope, rules.states),
      },
    );
  }

  private async linesMatchFulfillments(scope: ProofScope) {
    return together([
      await findBrokenIn(this.tx, scope, rules.fulfilledQuantities),
      await findBrokenIn(this.tx, scope, rules.emptyFulfillments),
    ]);
  }
}
