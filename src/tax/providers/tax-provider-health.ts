import { Injectable } from '@nestjs/common';
import { DomainError } from '../../shared/errors.js';
import { Degradations } from '../../platform/health/index.js';
import { Logger, reasonOf } from '../../platform/logging/index.js';
import { counter, gauge } from '../../platform/metrics/index.js';
import { UnsoundEstimate } from '../domain/tax-estimate.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { TaxProviders } from './tax-providers.js';

const estimates = counter('till_tax_estimates_total', 'Estimates of taxes by a tax provider, by outcome.', {
  outcome: ['answered', 'refused', 'failed', 'not_asked'],
});

/** Whether the tax provider answers, by the latest calls from this process; asks it less while it does not. */
@Injectable()
export class TaxProviderHealth {
  private readonly breaker = new CircuitBreaker();

  constructor(
    { external }: TaxProviders,
    degradations: Degradations,
    private readonly logger: Logger,
  ) {
    if (!external) return;
    const message = 'The tax provider does not answer.';
    degradations.add('tax_provider', () => (this.breaker.isOpen ? message : undefined));
    const help = 'Whether the tax provider answers (1) or failed five times in a row (0).';
    gauge('till_tax_provider_up', help, [], (set) => set({}, this.breaker.isOpen ? 0 : 1), 'min');
  }

  /** Returns the answer of a call; undefined if it fails, or is not made because calls before it failed. @throws refusals */
  async watched<T>(call: () => Promise<T>): Promise<T | undefined> {
    if (!this.breaker.allows()) return this.without('not_asked');
    try {
      const answer = await call();
      this.note('answered');
      return answer;
    } catch (error) {
      if (error instanceof DomainError) {
        this.note('refused');
        throw error;
      }
      const reason = error instanceof UnsoundEstimate ? error.message : reasonOf(error);
      this.logger.warn('the tax provider gave no taxes', { reason });
      this.breaker.noteFailure();
      return this.without('failed');
    }
  }

  /** A refusal is an answer too. */
  private note(outcome: 'answered' | 'refused'): void {
    estimates.inc({ outcome });
    if (this.breaker.isOpen) this.logger.info('the tax provider answers again');
    this.breaker.noteSuccess();
  }

  private without(outcome: 'failed' | 'not_asked'): undefined {
    estimates.inc({ outcome });
  }
}
