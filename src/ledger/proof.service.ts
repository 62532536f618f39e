import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Transaction } from '../platform/database/index.js';
import { ProofChecks, ProofScope } from '../platform/proof/index.js';
import type { ProofCheckView, ProofView } from './proof.view.js';

@Injectable()
export class ProofService {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
    private readonly clock: Clock,
  ) {}

  /** Runs every check against one frozen state of the database, so that writers at work can't blur it. */
  prove(): Promise<ProofView> {
    return this.tx.snapshot(async () => {
      const checks: ProofCheckView[] = [];
      for (const check of this.checks.all()) {
        checks.push({ name: check.name, rule: check.rule, ...(await check.run(ProofScope.everything())) });
      }
      return { balanced: checks.every(({ holds }) => holds), checkedAt: this.clock.now().toISOString(), checks };
    });
  }
}
