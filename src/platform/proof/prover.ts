import { Injectable } from '@nestjs/common';
import { type Checkpoint, CheckpointsRepository } from './checkpoints.repository.js';
import { type Finding, ProofChecks } from './proof-checks.js';
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

/** What one proof found in one snapshot. */
export interface Proof {
  readonly holds: boolean;
  readonly mode: 'full' | 'incremental';
  /** Why everything was recomputed although nobody asked for it. */
  readonly because: string | undefined;
  readonly checks: readonly CheckResult[];
  readonly since: Checkpoint | undefined;
  readonly tables: ReadonlyMap<string, TableCount>;
  /** The ids of rows that were written since the last checkpoint, by table; `undefined` after a full proof. */
  readonly written: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Recomputes every registered rule in the running snapshot: from everything, or from what was written since the last checkpoint. */
@Injectable()
export class Prover {
  constructor(
    private readonly registry: ProofChecks,
    private readonly counts: RowCounts,
    private readonly seals: SealsCheck,
    private readonly owners: OwnersCheck,
    private readonly checkpoints: CheckpointsRepository,
  ) {}

  async prove(full: boolean): Promise<Proof> {
    await this.checkpoints.prepare();
    const since = await this.checkpoints.last();
    if (full) return this.everything(since);
    if (!since) return this.everything(since, 'there is no checkpoint yet');
    if (!since.isOwn) return this.everything(since, 'the last checkpoint was not written by this database');
    return this.changes(since);
  }

  private async everything(since: Checkpoint | undefined, because?: string): Promise<Proof> {
    const tables = await this.counts.count(since);
    const seals = await this.seals.everything(since?.isOwn ? since.age : undefined);
    const checks = await this.checked(since, tables, seals, ProofScope.everything());
    return { holds: allHold(checks), mode: 'full', because, checks, since, tables, written: undefined };
  }

  private async changes(since: Checkpoint): Promise<Proof> {
    const tables = new Map<string, TableScan>();
    for (const table of this.registry.tables()) {
      const changes = await this.counts.changes(table, since);
      if ('objection' in changes) return this.everything(since, changes.objection);
      tables.set(table.table, changes.scan);
    }
    const written = new Map([...tables].map(([name, scan]) => [name, scan.written]));
    const orders = await this.counts.ordersOf(written);
    const scope = ProofScope.changed({ orders, rows: written, age: since.age, kept: since.kept });
    const checks = await this.checked(since, tables, await this.seals.written(written), scope);
    return { holds: allHold(checks), mode: 'incremental', because: undefined, checks, since, tables, written };
  }

  private async checked(
    since: Checkpoint | undefined,
    tables: ReadonlyMap<string, TableCount>,
    seals: Finding,
    scope: ProofScope,
  ): Promise<CheckResult[]> {
    const results: CheckResult[] = [
      { ...SEALS_CHECK, ...seals },
      { ...COUNTS_CHECK, ...this.counts.compare(since, tables) },
      { ...OWNERS_CHECK, ...(await this.owners.run(scope)) },
    ];
    for (const check of this.registry.all()) {
      results.push({ name: check.name, rule: check.rule, ...(await check.run(scope)) });
    }
    return results;
  }
}

const allHold = (checks: readonly Finding[]): boolean => checks.every(({ holds }) => holds);
