import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Transaction } from '../platform/database/index.js';
import { type Finding, ProofChecks } from '../platform/proof/index.js';

/** What was recomputed, and whether all of it holds. */
export interface Proof {
  readonly balanced: boolean;
  readonly checkedAt: Date;
  readonly checks: readonly ({ readonly name: string; readonly rule: string } & Finding)[];
}

@Injectable()
export class ProofService {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
    private readonly clock: Clock,
  ) {}

  /** Runs every check against one frozen state of the database, so that writers at work can't blur it. */
  prove(): Promise<Proof> {
    return this.tx.snapshot(async () => {
      const checks: Proof['checks'][number][] = [];
      for (const check of this.checks.all()) {
        checks.push({ name: check.name, rule: check.rule, ...(await check.run()) });
      }
      return { balanced: checks.every(({ holds }) => holds), checkedAt: this.clock.now(), checks };
    });
  }
}
