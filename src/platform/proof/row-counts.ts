import { Injectable } from '@nestjs/common';
import type { OrderId } from '../../shared/ids.js';
import { type Checkpoint, CheckpointsRepository } from './checkpoints.repository.js';
import { FactsRepository } from './facts.repository.js';
import { type Finding, ProofChecks } from './proof-checks.js';
import type { ProvenTable } from './proven-table.js';
import { type TableCount, type TableScan, TablesRepository, type WrittenRows } from './tables.repository.js';

/** With more rows than this and than this part of the table to look at one by one, looking at everything is cheaper. */
const MAX_WRITTEN = 20_000;
const MAX_WRITTEN_PART = 0.05;

export const COUNTS_CHECK = {
  name: 'rows_are_counted',
  rule: 'No table has fewer rows than were sealed, and no row of an append-only table was written anew.',
} as const;

/** What was written to one table since the last checkpoint, or why that can't be told apart from everything else. */
export type Changes = { readonly scan: TableScan } | { readonly objection: string };

/** Accounts for the rows of each table: which are new, and whether one is missing. */
@Injectable()
export class RowCounts {
  constructor(
    private readonly tables: TablesRepository,
    private readonly facts: FactsRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly checks: ProofChecks,
  ) {}

  /** Counts the rows of every table. */
  async count(since: Checkpoint | undefined): Promise<Map<string, TableCount>> {
    const now = await this.checkpoints.age();
    const counts = new Map<string, TableCount>();
    for (const table of this.checks.tables()) {
      counts.set(table.table, await this.tables.count(table, { before: since?.isOwn ? since.age : now, now }));
    }
    return counts;
  }

  /** Lists what was written to a table since the checkpoint, unless the rows do not add up. */
  async changes(table: ProvenTable, since: Checkpoint): Promise<Changes> {
    const scan = await this.tables.scan(table, { before: since.age, now: await this.checkpoints.age() });
    const objection = await this.objection(table, scan, since);
    return objection === undefined ? { scan } : { objection };
  }

  /** Compares counted rows with those of the last checkpoint. */
  compare(since: Checkpoint | undefined, counts: ReadonlyMap<string, TableCount>): Finding {
    const differing = this.checks.tables().flatMap(({ table, appendOnly }) => {
      const [before, found] = [since?.tables[table], counts.get(table)];
      if (!since || !before || !found) return [];
      if (found.rows < before.rows) return [{ table, sealed: before.rows, found: found.rows }];
      if (!appendOnly || !since.isOwn || found.settledBefore === before.settled) return [];
      return [{ table, sealed: before.settled, found: found.settledBefore }];
    });
    const rows = Object.fromEntries([...counts].map(([table, count]) => [table, count.rows]));
    return { holds: differing.length === 0, detail: { differing, rows } };
  }

  /** The orders that these rows, by table, belong to. */
  async ordersOf(written: ReadonlyMap<string, WrittenRows>): Promise<OrderId[]> {
    const all = this.checks.tables();
    const orders = new Set<OrderId>();
    for (const table of all) {
      for (const id of await this.tables.ordersOf(table, all, written.get(table.table)?.places ?? [])) orders.add(id);
    }
    return [...orders];
  }

  private async objection(table: ProvenTable, scan: TableScan, since: Checkpoint): Promise<string | undefined> {
    const { table: name, appendOnly, sealed } = table;
    const before = since.tables[name];
    if (!before) return `${name} was not proven before`;
    if (scan.written.ids.length > Math.max(MAX_WRITTEN, scan.rows * MAX_WRITTEN_PART))
      return `${scan.written.ids.length} rows of ${name} were written since the last checkpoint`;
    if (appendOnly && scan.settledBefore !== before.settled)
      return unexplained(name, before.settled, scan.settledBefore);
    if (sealed !== true) return scan.rows < before.rows ? unexplained(name, before.rows, scan.rows) : undefined;
    const old = scan.rows - (await this.facts.countUnsealed(table, scan.written.ids));
    return old === before.rows ? undefined : unexplained(name, before.rows, old);
  }
}

function unexplained(table: string, sealed: number, found: number): string {
  return `of ${sealed} rows that ${table} had at the last checkpoint, ${found} are found`;
}
