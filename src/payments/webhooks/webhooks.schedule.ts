import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../../platform/logging/index.js';
import { gauge } from '../../platform/metrics/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { WebhookProcessor } from './webhook-processor.js';
import { WebhooksRepository } from './webhooks.repository.js';

const EVERY_MS = 250;

/** Processes webhooks periodically, and measures those that are stuck. */
@Injectable()
export class WebhookJob {
  private readonly job: PeriodicJob;

  constructor(inbox: WebhookProcessor, repository: WebhooksRepository, logger: Logger) {
    this.job = new PeriodicJob('process webhooks', logger, () => inbox.processDue());
    const labels = ['provider'];
    const measure = (state: string, help: string) =>
      gauge(`till_webhooks_${state}`, help, labels, async (set) => {
        for (const row of await repository.stuck())
          if (row.state === state) set({ provider: row.provider }, row.webhooks);
      });
    measure('waiting', 'Webhooks of providers that wait for another change first.');
    measure('quarantined', 'Webhooks of providers that contradict Till and were not applied: check each.');
    measure('dead', 'Webhooks of providers that waited too long and were given up.');
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }
}
