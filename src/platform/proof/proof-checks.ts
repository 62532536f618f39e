import { Injectable } from '@nestjs/common';
import type { Kept, ProofScope } from './proof-scope.js';
import type { ProvenTable } from './proven-table.js';

/** The result of a check: whether the rule holds, and the figures it compared or the first rows that break it. */
export interface Finding {
  readonly holds: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
  /** What the next incremental run of the check starts from; kept with the checkpoint and not shown. */
  readonly keep?: Kept;
}

export interface ProofCheck {
  readonly name: string;
  /** The rule in words. */
  readonly rule: string;
  /** Recomputes the rule from the rows of the scope, in a snapshot shared with the other checks. */
  run(scope: ProofScope): Promise<Finding>;
  /**
   * Writes what the next incremental run starts from, when that is too much for `keep`, in the snapshot and the transaction
   * of checkpoint `seq`. Returns what the checkpoint keeps of it.
   */
  seal?(scope: ProofScope, seq: number): Promise<Kept>;
}

/** The rules that the proof recomputes and the tables whose rows it accounts for; each module registers its own. */
@Injectable()
export class ProofChecks {
  private readonly checks: ProofCheck[] = [];
  private readonly proven: ProvenTable[] = [];

  register(...checks: readonly ProofCheck[]): void {
    this.checks.push(...checks);
  }

  /** Registers tables of what must not be lost. Register a table before those that refer to it. */
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
