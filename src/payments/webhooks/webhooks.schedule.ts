import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../../platform/logging/index.js';
import type { Measure } from '../../platform/metrics/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { SharedGauges } from '../../platform/shared-gauges/index.js';
import { Providers } from '../providers/provider-registry.js';
import { WebhookProcessor } from './webhook-processor.js';
import { WebhooksRepository } from './webhooks.repository.js';

const EVERY_MS = 250;

/** Processes webhooks periodically, and measures those that are stuck. */
@Injectable()
export class WebhookJob {
  private readonly job: PeriodicJob;

  constructor(
    inbox: WebhookProcessor,
    repository: WebhooksRepository,
    providers: Providers,
    gauges: SharedGauges,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('process webhooks', logger, () => inbox.processDue());
    const measure = (state: string, help: string) =>
      gauges.add(`till_webhooks_${state}`, help, ['provider'], async (set) => {
        for (const provider of providers.all()) set({ provider: provider.name }, 0);
        for (const row of await repository.stuck())
          if (row.state === state) set({ provider: row.provider }, row.webhooks);
      });
    measure('waiting', 'Webhooks of providers that wait for another change first.');
    measure('quarantined', 'Webhooks of providers that contradict Till and were not applied: check each.');
    measure('dead', 'Webhooks of providers that waited too long and were given up.');
    const help = 'Age of the oldest webhook that is not processed yet; 0 if there is none.';
    const measureAge: Measure = async (set) => {
      for (const provider of providers.all()) set({ provider: provider.name }, 0);
      for (const { provider, seconds } of await repository.oldestUnprocessed()) set({ provider }, seconds);
    };
    gauges.add('till_webhooks_oldest_age_seconds', help, ['provider'], measureAge, 'max');
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }
}
