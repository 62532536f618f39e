import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { logFailure } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { delivered } from './delivery-counters.js';
import { Subscriptions } from './subscriptions.js';

/** Hands events to the consumers of this process without a queue, as many at once as the queue would. */
@Injectable()
export class DirectDelivery implements BeforeApplicationShutdown {
  private readonly running = new Map<string, Set<Promise<void>>>();

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly logger: Logger,
  ) {}

  /** How many more lists of events the consumer can be given now. */
  free(consumer: string): number {
    return Math.max(0, this.subscriptions.of(consumer).concurrency - this.runningOf(consumer).size);
  }

  /** Begins with a list of events and does not wait for it. What fails is due again when its lease is over. */
  begin(consumer: string, eventIds: readonly EventId[]): void {
    delivered.inc({ consumer }, eventIds.length);
    const running = this.runningOf(consumer);
    const run = this.subscriptions
      .of(consumer)
      .handle(eventIds)
      .catch((error: unknown) =>
        logFailure(this.logger, 'events were not delivered; they are again', error, { consumer }),
      )
      .finally(() => running.delete(run));
    running.add(run);
  }

  /** Waits for what runs; nothing new begins in it by then. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.running.values()].flatMap((runs) => [...runs]));
  }

  private runningOf(consumer: string): Set<Promise<void>> {
    const running = this.running.get(consumer) ?? new Set();
    this.running.set(consumer, running);
    return running;
  }
}
