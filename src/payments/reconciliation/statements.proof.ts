import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { findBroken, ProofChecks } from '../../platform/proof/index.js';

/**
 * Statements whose sum is not that of their postings and differences. Postings never change, so their sum is that of the run. A process of
 * an older version may have run a day since, without sums.
 */
const UNBALANCED = `
  SELECT r.provider, r.date::text AS date, t.currency, t.statement::text AS statement, t.posted::text AS posted,
    t.differing::text AS differing, d.effect::text AS "sumOfDifferences"
  FROM reconciliation_totals t JOIN reconciliations r ON r.id = t.reconciliation_id AND r.runs = t.run
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(d.effect), 0) AS effect FROM reconciliation_differences d
    WHERE d.reconciliation_id = t.reconciliation_id AND d.effect <> 0 AND d.provider_currency = t.currency) d
  WHERE t.statement <> t.posted + t.differing OR t.differing <> d.effect`;

/** The rule for statements in `GET /v1/ledger/proof`. */
@Injectable()
export class StatementsProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register({
      name: 'statements_add_up',
      rule: "The sum of each provider's statement that was reconciled is the sum of its ledger transactions and its listed differences.",
      run: () => findBroken(this.tx, UNBALANCED),
    });
  }
}
