import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { type Finding, findBrokenIn, ProofChecks, type ProofScope, together } from '../platform/proof/index.js';
import * as rules from './proof-rules.js';
import { provenTables } from './proven-tables.js';

type Rule = (scope: ProofScope) => string;

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
        rule: 'The total of each order is the sum of its lines and charges with their taxes and without cancelled pieces, and none of them is missing.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.totals),
      },
      {
        name: 'orders_match_taxes',
        rule: 'The tax of each line and charge is that of its tax line, and the tax groups of each order are the sums of these without cancelled pieces. Taxes are rounded as the order says: for each rate, line or piece.',
        run: (scope) => this.all([rules.taxLines, rules.taxGroups, rules.taxRounding], scope),
      },
      {
        name: 'orders_match_discounts',
        rule: 'Each discount, and the discount of each line and charge, is the sum of its parts, and the discount groups of each order are the sums of these without cancelled pieces.',
        run: (scope) => this.all([rules.discounts, rules.discountedLines, rules.discountGroups], scope),
      },
      {
        name: 'orders_match_charges',
        rule: 'The charge groups of each order are the sums of its charges before discounts, without the tax in them.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.chargeGroups),
      },
      {
        name: 'promotions_match_orders',
        rule: 'Each promotion with a limit or a budget counts the orders that use it and have not ended, and what it took off them.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.promotions),
      },
      {
        name: 'orders_match_reservations',
        rule: 'For each order and product, stock movements reserved the ordered pieces, shipped the fulfilled ones, and still reserve the open ones.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.reservations),
      },
      {
        name: 'lines_match_fulfillments',
        rule: "Each line's shipped quantity is the sum of the fulfilments of its order, and no fulfilment is empty.",
        run: (scope) => this.all([rules.fulfilledQuantities, rules.emptyFulfillments], scope),
      },
      {
        name: 'order_states_follow',
        rule: "The status, the fulfilment status and the reservation time of each order follow from its lines' quantities.",
        run: (scope) => findBrokenIn(this.tx, scope, rules.states),
      },
    );
  }

  private async all(statements: readonly Rule[], scope: ProofScope): Promise<Finding> {
    const findings: Finding[] = [];
    for (const statement of statements) findings.push(await findBrokenIn(this.tx, scope, statement));
    return together(findings);
  }
}
