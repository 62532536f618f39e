import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { SharedGauges } from '../platform/shared-gauges/index.js';
import { LedgerModule } from './ledger.module.js';
import { ProofMetrics } from './proof-metrics.js';
import { ProofJob } from './proof.schedule.js';
import { Sealer } from './sealer.js';
import { SealsRepository } from './seals.repository.js';

const EVERY_MS = 2000;

/** Seals new ledger transactions. */
@Injectable()
export class Sealing {
  private readonly job: PeriodicJob;

  constructor(sealer: Sealer, seals: SealsRepository, gauges: SharedGauges, logger: Logger) {
    this.job = new PeriodicJob('seal ledger transactions', logger, async () => void (await sealer.sealAll()));
    gauges.add('till_ledger_unsealed', 'Ledger transactions that wait for their seal.', [], async (set) =>
      set({}, await seals.countWaiting()),
    );
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }
}

@Module({ imports: [LedgerModule], providers: [Sealing, ProofJob, ProofMetrics] })
export class LedgerWorkerModule {}
