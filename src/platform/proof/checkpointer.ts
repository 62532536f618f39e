import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { FactsRepository } from './facts.repository.js';
import { ProofChecks } from './proof-checks.js';
import type { Kept } from './proof-scope.js';
import type { Proof } from './prover.js';

/** Seals the rows of a proof in its snapshot, so that the next proof starts there. */
@Injectable()
export class Checkpointer {
  constructor(
    private readonly facts: FactsRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly checks: ProofChecks,
  ) {}

  /** Seals the new rows of the proof, if there are any. All rules must hold, because otherwise damage would be sealed. */
  async seal(proof: Proof): Promise<void> {
    if (!proof.holds) throw new Error('Only a proof that holds is sealed.');
    const seq = (proof.since?.seq ?? 0) + 1;
    const parts: Buffer[] = [];
    for (const table of this.checks.tables().toSorted((a, b) => a.code - b.code)) {
      const places = proof.scope.places(table.table);
      if (table.sealed !== false && places?.length !== 0) parts.push(...(await this.facts.seal(table, seq, places)));
    }
    const kept = { ...keptOf(proof), ...(await this.sealedBy(proof, seq)) };
    this.checkpoints.add(seq, { tables: tablesOf(proof), kept, facts: digestOf(parts) });
  }

  private async sealedBy({ scope }: Proof, seq: number): Promise<Record<string, Kept>> {
    const kept: Record<string, Kept> = {};
    for (const check of this.checks.all()) if (check.seal) kept[check.name] = await check.seal(scope, seq);
    return kept;
  }
}

function tablesOf({ tables }: Proof) {
  return Object.fromEntries([...tables].map(([name, { rows, settledNow }]) => [name, { rows, settled: settledNow }]));
}

function keptOf({ checks }: Proof) {
  return Object.fromEntries(checks.flatMap(({ name, keep }) => (keep ? [[name, keep]] : [])));
}

/** In hex; empty when nothing was sealed. */
function digestOf(parts: readonly Buffer[]): string {
  return parts.length === 0 ? '' : createHash('sha256').update(Buffer.concat(parts)).digest('hex');
}
