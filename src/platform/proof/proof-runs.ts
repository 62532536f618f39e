import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Transaction } from '../database/index.js';
import { ProofRunEntity } from './proof.entity.js';
import type { Proof } from './prover.js';

/** The end of a full proof. */
export interface FullProof {
  readonly at: Date;
  readonly holds: boolean;
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
}

/** A proof, and when it ended. */
export interface FinishedProof extends Proof {
  readonly at: Date;
}

const CHECKPOINT_AGE = `
  SELECT extract(epoch FROM now() - at)::int AS seconds FROM proof_checkpoints ORDER BY seq DESC LIMIT 1`;

/** The times of the last full proof and of the last seals. */
@Injectable()
export class ProofRuns {
  constructor(
    private readonly tx: Transaction,
    private readonly clock: Clock,
  ) {}

  /** Records the proof if it is a full one. */
  async record(proof: Proof, tookMs: number): Promise<FinishedProof> {
    const at = this.clock.now();
    const failed = proof.checks.filter(({ holds }) => !holds).map(({ name }) => name);
    const run = { at, tookMs: Math.round(tookMs), holds: proof.holds, failed };
    if (proof.mode === 'full') await this.tx.repository(ProofRunEntity).insert(run);
    return { ...proof, at };
  }

  /** Returns the last full proof; `undefined` if there was none. */
  async last(): Promise<FullProof | undefined> {
    const [run] = await this.tx.repository(ProofRunEntity).find({ order: { id: 'DESC' }, take: 1 });
    return run;
  }

  /** Returns the seconds since the last checkpoint; `undefined` if there is none. */
  async checkpointAge(): Promise<number | undefined> {
    return (await this.tx.query<{ seconds: number }>(CHECKPOINT_AGE))[0]?.seconds;
  }
}
