import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { findBrokenIn, ProofChecks, type ProofScope, together } from '../platform/proof/index.js';
import * as rules from './proof-rules.js';
import { provenTables } from './proven-tables.js';

/** The rules for orders in `GET /v1/ledger/proof`. */
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
        rule: 'The total of each order is the sum of its lines with their taxes and without cancelled pieces, and no line is missing.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.totals),
      },
      {
        name: 'orders_match_taxes',
        rule: "Each line's tax is that of its tax line, and the tax groups of each order are the sums of its lines without cancelled pieces.",
        run: (scope) => this.ordersMatchTaxes(scope),
      },
      {
        name: 'orders_match_reservations',
        rule: 'For each order and product, stock movements reserved the ordered pieces, shipped the fulfilled ones, and still reserve the open ones.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.reservations),
      },
      {
        name: 'lines_match_fulfillments',
        rule: "Each line's shipped quantity is the sum of the fulfilments of its order, and no fulfilment is empty.",
        run: (scope) => this.linesMatchFulfillments(scope),
      },
      {
        name: 'order_states_follow',
        rule: "The status, the fulfilment status and the reservation time of each order follow from its lines' quantities.",
        run: (scope) => findBrokenIn(this.tx, scope, rules.states),
      },
    );
  }

  private async ordersMatchTaxes(scope: ProofScope) {
    return together([
      await findBrokenIn(this.tx, scope, rules.taxLines),
      await findBrokenIn(this.tx, scope, rules.taxGroups),
    ]);
  }

  private async linesMatchFulfillments(scope: ProofScope) {
    return together([
      await findBrokenIn(this.tx, scope, rules.fulfilledQuantities),
      await findBrokenIn(this.tx, scope, rules.emptyFulfillments),
    ]);
  }
}
