import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../shared/clock.js';
import { Logger } from '../platform/logging/index.js';
import { ProofRunner, ProofRuns } from '../platform/proof/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';

const EVERY_MS = 60_000;
const FULL_EVERY_MS = 24 * 3600 * 1000;
/** The greatest part of the time that proofs take: with more rows they run less often. */
const SHARE = 0.05;

/** Proves and seals new rows once a minute, and recomputes everything once a day. */
@Injectable()
export class ProofJob {
  private readonly job: PeriodicJob;
  private pausedUntil = 0;

  constructor(
    private readonly runner: ProofRunner,
    private readonly runs: ProofRuns,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('prove the ledger', logger, () => this.run());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  /** Proves and seals, unless the last proof has only just ended. */
  async run(): Promise<void> {
    const began = performance.now();
    if (began < this.pausedUntil) return;
    const last = await this.runs.last();
    const isDue = !last || this.clock.now().getTime() - last.at.getTime() > FULL_EVERY_MS;
    const changes = await this.runner.seal(isDue);
    // If a rule does not hold for the new rows, a full proof looks at all rows and records the result.
    const proof = changes && !changes.holds && changes.mode === 'incremental' ? await this.runner.seal(true) : changes;
    this.pausedUntil = performance.now() + (performance.now() - began) / SHARE;
    if (!proof || proof.holds) return;
    const failed = proof.checks.filter(({ holds }) => !holds).map(({ name, detail }) => ({ name, detail }));
    this.logger.error({ failed }, 'the proof of the ledger does not hold; docs/proof.md says what to do');
  }
}
