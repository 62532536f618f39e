import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../shared/clock.js';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { SharedGauges } from '../../platform/shared-gauges/index.js';
import { differenceReasons } from '../domain/settlement-comparison.js';
import { Providers } from '../providers/provider-registry.js';
import { dayAfter, dayOf } from './days.js';
import { DifferencesRepository } from './differences.repository.js';
import { Reconciler } from './reconciler.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';

const EVERY_MS = 15 * 60_000;
/** How many days back missed days and days with differences are run. */
const BACK_DAYS = 30;
/** How many days every day is run again, because a provider may add lines to its statement hours later. */
const AGAIN_DAYS = 3;

/**
 * Reconciles each day after its end and on the days after it, and days with differences once a day until they are resolved. Each provider has a job of
 * its own, so that one that hangs does not delay the others.
 */
@Injectable()
export class DailyReconciliation {
  private readonly jobs: readonly PeriodicJob[];

  constructor(
    providers: Providers,
    private readonly reconciler: Reconciler,
    private readonly reconciliations: ReconciliationsRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    const names = providers.all().flatMap(({ name, listSettlements }) => (listSettlements ? [name] : []));
    this.jobs = names.map((name) => new PeriodicJob(`reconcile ${name}`, logger, () => this.runDue(name)));
  }

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.tick()));
  }

  /** An error of one day does not stop the others; the next tick tries again. */
  private async runDue(provider: string): Promise<void> {
    for (const date of await this.due(provider)) {
      const fields = { provider, date };
      await this.reconciler
        .run(provider, date, (step) => this.logger.debug(step, fields))
        .then(
          ({ differences, found }) => this.logger.info('reconciled', { ...fields, differences, found }),
          (error: unknown) => logFailure(this.logger, 'a day could not be reconciled', error, fields),
        );
    }
  }

  private async due(provider: string): Promise<string[]> {
    const today = dayOf(this.clock.now());
    const yesterday = dayAfter(today, -1);
    const earliest = dayAfter(today, -BACK_DAYS);
    const latest = await this.reconciliations.latestDate(provider);
    const from = { since: earliest, recent: dayAfter(today, -AGAIN_DAYS) };
    const days = new Set(await this.reconciliations.datesToRepeat(provider, from, new Date(today)));
    const first = latest ? dayAfter(latest, 1) : yesterday;
    for (let day = first < earliest ? earliest : first; day <= yesterday; day = dayAfter(day, 1)) days.add(day);
    return [...days].toSorted();
  }
}

/** Measures the differences that people have to resolve. */
@Injectable()
export class ReconciliationMetrics {
  constructor(differences: DifferencesRepository, providers: Providers, gauges: SharedGauges) {
    const help = 'Differences between providers and the ledger that nobody has explained or resolved.';
    gauges.add('till_reconciliation_differences_open', help, ['provider', 'reason'], async (set) => {
      for (const { name: provider } of providers.all())
        for (const reason of differenceReasons) set({ provider, reason }, 0);
      for (const { provider, reason, differences: count } of await differences.openByReason())
        set({ provider, reason }, count);
    });
  }
}
