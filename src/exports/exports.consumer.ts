import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Deliveries, Subscriptions } from '../platform/delivery/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import type { DeliveryJob } from '../platform/queue/index.js';
import { decodeId, type EventId } from '../shared/ids.js';
import { EXPORT_REQUESTED } from './export.events.js';
import { ExportRunner } from './export-runner.js';
import { ExportTooLarge } from './exports.errors.js';
import { ExportsRepository } from './exports.repository.js';

/** The consumer's name, in `event_deliveries` and of its jobs. */
export const EXPORTS = 'exports';

/** Files at once in one worker. */
const CONCURRENCY = 1;

/** Makes the files that people asked for. A job that is cut off is handed out again, and continues. */
@Processor(EXPORTS)
export class ExportsConsumer {
  constructor(
    subscriptions: Subscriptions,
    private readonly deliveries: Deliveries,
    private readonly runner: ExportRunner,
    private readonly exports: ExportsRepository,
  ) {
    const handle = (eventIds: readonly EventId[]) => this.handle(eventIds);
    subscriptions.add({ consumer: EXPORTS, types: [EXPORT_REQUESTED], handle, concurrency: CONCURRENCY });
  }

  @Process({ name: EXPORTS, concurrency: CONCURRENCY })
  process({ data }: Job<DeliveryJob>): Promise<void> {
    return this.handle(data.eventIds as readonly EventId[]);
  }

  private handle(eventIds: readonly EventId[]): Promise<void> {
    return this.deliveries.handle(EXPORTS, eventIds, async () => (event) => this.make(event), CONCURRENCY);
  }

  private async make({ aggregate }: RecordedEvent): Promise<void> {
    const id = decodeId('exp', aggregate.id);
    if (!id) return;
    try {
      await this.runner.run(id);
    } catch (error) {
      if (!(error instanceof ExportTooLarge)) throw error;
      await this.exports.fail(id, error.message);
    }
  }
}
