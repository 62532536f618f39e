import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import type { Measure } from '../platform/metrics/index.js';
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
      'min',
    );
    const add = (name: string, help: string, value: () => Promise<number | undefined>) => {
      const measure: Measure = async (set) => {
        const seconds = await value();
        if (seconds !== undefined) set({}, seconds);
      };
      gauges.add(name, help, [], measure, 'max');
    };
    add('till_proof_full_age_seconds', 'Time since the last full proof of the ledger.', () => this.age());
    add('till_proof_duration_seconds', 'How long the last full proof took.', async () => {
      const last = await this.runs.last();
      return last && last.tookMs / 1000;
    });
    add('till_proof_checkpoint_age_seconds', 'Time since rows were last proven and sealed.', () =>
      this.runs.checkpointAge(),
    );
  }

  private async age(): Promise<number | undefined> {
    const last = await this.runs.last();
    return last && (this.clock.now().getTime() - last.at.getTime()) / 1000;
  }
}
