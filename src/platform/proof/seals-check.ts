import { Injectable } from '@nestjs/common';
import { encodeId, type Id, type IdPrefix } from '../../shared/ids.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { type BrokenSeal, FactsRepository } from './facts.repository.js';
import { type Finding, ProofChecks } from './proof-checks.js';
import type { ProvenTable } from './proven-table.js';
import type { WrittenRows } from './tables.repository.js';

export const SEALS_CHECK = {
  name: 'rows_are_as_sealed',
  rule: 'Each sealed row is there and says, in every column that never changes, what was sealed; the seals and counts form an unbroken chain.',
} as const;

interface Named {
  readonly table: string;
  readonly row: string;
  readonly why: BrokenSeal['why'];
}

/** Compares rows with their seals. */
@Injectable()
export class SealsCheck {
  constructor(
    private readonly facts: FactsRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly checks: ProofChecks,
  ) {}

  /** Checks all rows, all seals and the whole chain. `age` is the age of the last checkpoint, if this database wrote it. */
  async everything(age: number | undefined): Promise<Finding> {
    const differing: Named[] = [];
    for (const table of this.sealed()) {
      const broken = await this.facts.broken(table);
      const unsealed = age === undefined ? [] : await this.facts.unsealed(table, age);
      differing.push(...named(table, [...broken, ...unsealed]));
    }
    const checkpoints = [...(await this.checkpoints.broken()), ...(await this.forged())];
    return this.finding(differing, checkpoints);
  }

  /** Checks the rows written since the last checkpoint, by table. */
  async written(rows: ReadonlyMap<string, WrittenRows>): Promise<Finding> {
    const differing: Named[] = [];
    for (const table of this.sealed()) {
      const written = rows.get(table.table)?.places ?? [];
      if (written.length > 0) differing.push(...named(table, await this.facts.broken(table, written)));
    }
    return this.finding(differing, []);
  }

  private async finding(differing: readonly Named[], checkpoints: readonly number[]): Promise<Finding> {
    const last = await this.checkpoints.last();
    const detail = { checkpoint: last?.seq ?? 0, head: last?.hash ?? null, differing, checkpoints };
    return { holds: differing.length === 0 && checkpoints.length === 0, detail };
  }

  /** Returns checkpoints whose digest differs from their seals. */
  private async forged(): Promise<number[]> {
    const digests = new Map((await this.facts.digests()).map(({ seq, digest }) => [seq, digest.toString('hex')]));
    const said = await this.checkpoints.facts();
    const wrong = said.filter(({ seq, facts }) => (digests.get(seq) ?? '') !== facts);
    const unknown = [...digests.keys()].filter((seq) => !said.some((checkpoint) => checkpoint.seq === seq));
    return [...wrong.map(({ seq }) => seq), ...unknown].slice(0, 20);
  }

  private sealed(): ProvenTable[] {
    return this.checks.tables().filter(({ sealed }) => sealed !== false);
  }
}

function named({ table, prefix }: ProvenTable, broken: readonly BrokenSeal[]): Named[] {
  return broken.map(({ id, why }) => ({ table, row: encodeId(prefix, id as Id<IdPrefix>), why }));
}
