import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { findBrokenIn, type Finding, ProofChecks, type ProofScope, together } from '../../platform/proof/index.js';
import * as ledgerRules from './ledger-rules.js';
import * as rules from './proof-rules.js';
import { provenTables } from './proven-tables.js';

type Rule = (scope: ProofScope) => string;

/** The rules for payments in `GET /v1/ledger/proof`. */
@Injectable()
export class PaymentsProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.prove(...provenTables);
    this.register(
      'orders_match_payments',
      "The amounts of each order, recorded and on their way, are the sums of its payments' and their disputes'; its payments are in its currency and of its customer.",
      [rules.orders, rules.belonging],
    );
    this.register(
      'orders_are_paid_as_they_say',
      'An order that is confirmed or completed was authorised in full, one that is pending is not covered, and refunds alone lower what an order may keep.',
      [rules.confirmations, rules.agreements],
    );
    this.register(
      'owed_money_goes_back',
      "What an order holds beyond what it may keep, which is all of it once it has ended, is on its way back, scheduled, or on somebody's list.",
      [rules.owedMoney],
    );
    this.register(
      'payments_match_attempts',
      'The amounts of each payment are what its attempts set aside and its provider events report, and its status follows from them.',
      [rules.payments, rules.statuses],
    );
    this.register(
      'attempts_match_events',
      "Each attempt's state is what its provider events say, and each provider event belongs to an attempt or a dispute of that kind, amount and currency.",
      [rules.attempts, rules.attemptKinds, rules.events],
    );
    this.register(
      'refunds_match_attempts',
      'Each refund has attempts of its payment and amount, and its status is theirs; one that is owed is tried again.',
      [rules.refunds],
    );
    this.register(
      'refunds_match_lines',
      'The amount of each refund of lines is the sum of its lines and charges, and no more pieces of a line are refunded than were sold.',
      [rules.refundLines],
    );
    this.register(
      'payments_match_ledger',
      'Each capture, each refund and each reversal of a refund that a provider reported is one ledger transaction of that order, amount, currency and provider, and each such transaction has its provider event.',
      [ledgerRules.captures],
    );
    this.register(
      'taxes_match_ledger',
      "What each order's tax groups have as booked is what the ledger has for the order, by country, category and rate.",
      [ledgerRules.taxes],
    );
    this.register(
      'discounts_match_ledger',
      "What each order's discount groups have as booked is what the ledger has as discounts of the order, by country, category and rate.",
      [ledgerRules.discounts],
    );
    this.register(
      'charges_match_ledger',
      "What each order's charge groups have as booked is what the ledger has as charges of the order, by country, category and rate.",
      [ledgerRules.charges],
    );
  }

  private register(name: string, rule: string, statements: readonly Rule[]): void {
    this.checks.register({ name, rule, run: (scope) => this.run(statements, scope) });
  }

  private async run(statements: readonly Rule[], scope: ProofScope): Promise<Finding> {
    const findings: Finding[] = [];
    for (const statement of statements) findings.push(await findBrokenIn(this.tx, scope, statement));
    return together(findings);
  }
}
