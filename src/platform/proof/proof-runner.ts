import { Injectable } from '@nestjs/common';
import { DomainError } from '../../shared/errors.js';
import { Transaction } from '../database/index.js';
import { Checkpointer } from './checkpointer.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { type FinishedProof, ProofRuns } from './proof-runs.js';
import { Prover, type Report } from './prover.js';

/** Advisory locks: one proof of each kind for requests at a time in all processes, and one for the worker. */
const LOCKS = { incremental: 748_461, full: 748_462, worker: 748_463 } as const;

/** Time limits per statement, in milliseconds: for proofs of requests, and for the worker's. */
const REQUEST_TIMEOUT_MS = 120_000;
const WORKER_TIMEOUT_MS = 1_800_000;

/** Another process is running a proof. */
export class ProofBusy extends DomainError {
  readonly code = 'proof_busy';
  readonly kind = 'unavailable';

  constructor() {
    super('Another process is recomputing everything right now, and one at a time is enough. Try again.', {
      retryAfterSeconds: 3,
    });
  }
}

/** Runs proofs: one at a time for requests, and one for the worker, which seals the rows. */
@Injectable()
export class ProofRunner {
  private readonly running = new Map<boolean, Promise<FinishedProof>>();

  constructor(
    private readonly tx: Transaction,
    private readonly prover: Prover,
    private readonly checkpointer: Checkpointer,
    private readonly checkpoints: CheckpointsRepository,
    private readonly runs: ProofRuns,
  ) {}

  /** Joins the running proof of this kind in this process, or starts one. @throws ProofBusy */
  run(full: boolean, report?: Report): Promise<FinishedProof> {
    const running = this.running.get(full);
    if (running) return running;
    const begun = this.begin(full, report).finally(() => this.running.delete(full));
    this.running.set(full, begun);
    return begun;
  }

  /** Proves in a writing snapshot and seals the rows if all rules hold; `undefined` while another worker does. */
  async seal(full: boolean): Promise<FinishedProof | undefined> {
    const began = performance.now();
    const proof = await this.tx.snapshot(
      async () => {
        if (!(await this.checkpoints.lock(LOCKS.worker))) return undefined;
        const found = await this.prover.prove(full);
        if (found.holds) await this.checkpointer.seal(found);
        return found;
      },
      { timeoutMs: WORKER_TIMEOUT_MS, writes: true },
    );
    return proof && this.runs.record(proof, performance.now() - began);
  }

  private async begin(full: boolean, report?: Report): Promise<FinishedProof> {
    const began = performance.now();
    const proof = await this.tx.snapshot(
      async () => {
        if (!(await this.checkpoints.lock(full ? LOCKS.full : LOCKS.incremental))) throw new ProofBusy();
        return this.prover.prove(full, report);
      },
      { timeoutMs: REQUEST_TIMEOUT_MS },
    );
    return this.runs.record(proof, performance.now() - began);
  }
}
