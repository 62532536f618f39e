import { Injectable } from '@nestjs/common';

/** What a check found: whether the rule holds, and the figures it compared (or the first rows that break it). */
export interface Finding {
  readonly holds: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ProofCheck {
  readonly name: string;
  /** The rule in words. */
  readonly rule: string;
  /** Recomputes the rule from the rows, in a snapshot shared with the other checks. */
  run(): Promise<Finding>;
}

/** Rules that modules want recomputed by `GET /v1/ledger/proof`; each registers its own. */
@Injectable()
export class ProofChecks {
  private readonly checks: ProofCheck[] = [];

  register(...checks: readonly ProofCheck[]): void {
    this.checks.push(...checks);
  }

  all(): readonly ProofCheck[] {
    return this.checks;
  }
}
