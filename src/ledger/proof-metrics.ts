import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { ProofRuns } from '../platform/proof/index.js';
import { SharedGauges } from '../platform/shared-gauges/index.js';

/** Measures the results of the proof. Without any proof yet, there are no values: 0 would mean that a rule does not hold. */
@Injectable()
export class ProofMetrics {
  constructor(
    private readonly runs: ProofRuns,
    private readonly clock: Clock,
    gauges: SharedGauges,
  ) {
    gauges.add(
      'till_proof_holds',
      'Whether the last full proof of the ledger held (1) or not (0).',
      [],
      async (set) => {
        const last = await this.runs.last();
        if (last) set({}, last.holds ? 1 : 0);
      },
    );
    gauges.add('till_proof_full_age_seconds', 'Time since the last full proof of the ledger.', [], async (set) => {
      const last = await this.runs.last();
      if (last) set({}, (this.clock.now().getTime() - last.at.getTime()) / 1000);
    });
    gauges.add('till_proof_duration_seconds', 'How long the last full proof took.', [], async (set) => {
      const last = await this.runs.last();
      if (last) set({}, last.tookMs / 1000);
    });
    gauges.add('till_proof_checkpoint_age_seconds', 'Time since rows were last proven and sealed.', [], async (set) => {
      const age = await this.runs.checkpointAge();
      if (age !== undefined) set({}, age);
    });
  }
}
