import { Injectable } from '@nestjs/common';
import { type FinishedProof, ProofRunner, ProofRuns } from '../platform/proof/index.js';
import type { ProofView } from './proof.view.js';

/** The proof as the API returns it. */
@Injectable()
export class ProofService {
  constructor(
    private readonly runner: ProofRunner,
    private readonly runs: ProofRuns,
  ) {}

  /**
   * Runs every check in one snapshot of the database: over the rows written since the last checkpoint, or over all rows.
   * @throws ProofBusy
   */
  async prove(full = false): Promise<ProofView> {
    const proof = await this.runner.run(full);
    const last = await this.runs.last();
    return { ...viewOf(proof), lastFullProof: last ? { at: last.at.toISOString(), holds: last.holds } : null };
  }
}

function viewOf({ holds, at, mode, because, since, checks }: FinishedProof): Omit<ProofView, 'lastFullProof'> {
  return {
    balanced: holds,
    checkedAt: at.toISOString(),
    mode,
    because: because ?? null,
    since: mode === 'incremental' && since ? since.at.toISOString() : null,
    checks: checks.map(({ name, rule, holds: ok, detail }) => ({ name, rule, holds: ok, detail })),
  };
}
