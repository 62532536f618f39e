import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { findBrokenIn, type Finding, ProofChecks, type ProofScope, together } from '../../platform/proof/index.js';
import * as rules from './proof-rules.js';

/** The rules for disputes in `GET /v1/ledger/proof`. */
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
        rule: "Each dispute follows from its provider events, and has the ledger transactions of its opening and its end, in its order's currency.",
        run: (scope) => this.disputesMatchLedger(scope),
      },
      {
        name: 'payments_match_disputes',
        rule: 'Each payment excludes disputed and lost money from refunds.',
        run: (scope) => findBrokenIn(this.tx, scope, rules.disputed),
      },
    );
  }

  private async disputesMatchLedger(scope: ProofScope): Promise<Finding> {
    return together([
      await findBrokenIn(this.tx, scope, rules.disputes),
      await findBrokenIn(this.tx, scope, rules.disputeEvents),
    ]);
  }
}
