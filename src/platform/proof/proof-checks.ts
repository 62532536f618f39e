import { Injectable } from '@nestjs/common';
import type { Kept, ProofScope } from './proof-scope.js';
import type { ProvenTable } from './proven-table.js';

/** The result of a check: whether the rule holds, and the figures it compared or the first rows that break it. */
export interface Finding {
  readonly holds: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The start of the next incremental run of the check; stored with the checkpoint and not shown. */
  readonly keep?: Kept;
}

export interface ProofCheck {
  readonly name: string;
  /** The rule in words. */
  readonly rule: string;
  /** Recomputes the rule from the rows of the scope, in a snapshot shared with the other checks. */
  run(scope: ProofScope): Promise<Finding>;
  /**
   * Writes the start of the next incremental run, if it is too large for `keep`, in the snapshot and transaction of checkpoint
   * `seq`. Returns the part for the checkpoint.
   */
  seal?(scope: ProofScope, seq: number): Promise<Kept>;
}

/** The rules and tables of the proof. Each module registers its own. */
@Injectable()
export class ProofChecks {
  private readonly checks: ProofCheck[] = [];
  private readonly proven: ProvenTable[] = [];

  register(...checks: readonly ProofCheck[]): void {
    this.checks.push(...checks);
  }

  /** Registers proven tables. Register a table before those that refer to it. */
  prove(...tables: readonly ProvenTable[]): void {
    this.proven.push(...tables);
  }

  all(): readonly ProofCheck[] {
    return this.checks;
  }

  tables(): readonly ProvenTable[] {
    return this.proven;
  }
}
