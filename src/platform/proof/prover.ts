import { Injectable } from '@nestjs/common';
import { type Checkpoint, CheckpointsRepository } from './checkpoints.repository.js';
import { type Finding, type ProofCheck, ProofChecks } from './proof-checks.js';
import { OWNERS_CHECK, OwnersCheck } from './owners-check.js';
import { ProofScope } from './proof-scope.js';
import { COUNTS_CHECK, RowCounts } from './row-counts.js';
import { SEALS_CHECK, SealsCheck } from './seals-check.js';
import type { TableCount, TableScan } from './tables.repository.js';

/** The result of one rule. */
export interface CheckResult extends Finding {
  readonly name: string;
  readonly rule: string;
}

/** Called with each result, and with the numbers of finished and of all rules. */
export type Report = (result: CheckResult, progress: { readonly done: number; readonly of: number }) => void;

/** The result of a proof in one snapshot. */
export interface Proof {
  readonly holds: boolean;
  readonly mode: 'full' | 'incremental';
  /** Why everything was recomputed although the request was incremental. */
  readonly because: string | undefined;
  readonly checks: readonly CheckResult[];
  readonly since: Checkpoint | undefined;
  readonly scope: ProofScope;
  readonly tables: ReadonlyMap<string, TableCount>;
}

/** Recomputes every registered rule in the running snapshot: for all rows, or for those written since the last checkpoint. */
@Injectable()
export class Prover {
  constructor(
    private readonly registry: ProofChecks,
    private readonly counts: RowCounts,
    private readonly seals: SealsCheck,
    private readonly owners: OwnersCheck,
    private readonly checkpoints: CheckpointsRepository,
  ) {}

  /** Calls `report` with the result of each rule. */
  async prove(full: boolean, report: Report = () => {}): Promise<Proof> {
    await this.checkpoints.prepare();
    const since = await this.checkpoints.last();
    if (full) return this.everything(report, since);
    if (!since) return this.everything(report, since, 'there is no checkpoint yet');
    if (!since.isOwn) return this.everything(report, since, 'the last checkpoint was not written by this database');
    return this.changes(report, since);
  }

  private async everything(report: Report, since: Checkpoint | undefined, because?: string): Promise<Proof> {
    const scope = ProofScope.everything();
    const tables = await this.counts.count(since);
    const seals = () => this.seals.everything(since?.isOwn ? since.age : undefined);
    const checks = await this.checked(report, since, tables, seals, scope);
    return { holds: allHold(checks), mode: 'full', because, checks, since, scope, tables };
  }

  private async changes(report: Report, since: Checkpoint): Promise<Proof> {
    const tables = new Map<string, TableScan>();
    for (const table of this.registry.tables()) {
      const changes = await this.counts.changes(table, since);
      if ('objection' in changes) return this.everything(report, since, changes.objection);
      tables.set(table.table, changes.scan);
    }
    const written = new Map([...tables].map(([name, scan]) => [name, scan.written]));
    const orders = await this.counts.ordersOf(written);
    const counts = new Map([...tables].map(([name, { rows }]) => [name, rows]));
    const scope = ProofScope.changed({ orders, rows: written, age: since.age, counts, kept: since.kept });
    const checks = await this.checked(report, since, tables, () => this.seals.written(written), scope);
    return { holds: allHold(checks), mode: 'incremental', because: undefined, checks, since, scope, tables };
  }

  private async checked(
    report: Report,
    since: Checkpoint | undefined,
    tables: ReadonlyMap<string, TableCount>,
    seals: () => Promise<Finding>,
    scope: ProofScope,
  ): Promise<CheckResult[]> {
    const checks: readonly ProofCheck[] = [
      { ...COUNTS_CHECK, run: () => Promise.resolve(this.counts.compare(since, tables)) },
      { ...SEALS_CHECK, run: seals },
      { ...OWNERS_CHECK, run: () => this.owners.run(scope) },
      ...this.registry.all(),
    ];
    const results: CheckResult[] = [];
    for (const check of checks) {
      const result = { name: check.name, rule: check.rule, ...(await check.run(scope)) };
      results.push(result);
      report(result, { done: results.length, of: checks.length });
    }
    return results;
  }
}

const allHold = (checks: readonly Finding[]): boolean => checks.every(({ holds }) => holds);
