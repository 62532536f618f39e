import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { logFailure } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { DeliveryQueue, type DeliveryJob } from './delivery-queue.js';

/** How long a shutdown waits for running jobs, in milliseconds. */
const SHUTDOWN_MS = 15_000;

/** The queues of this process's consumers: each has its own, so that a slow one holds up no other. */
@Injectable()
export class DeliveryQueues implements BeforeApplicationShutdown {
  private readonly queues: DeliveryQueue[] = [];

  constructor(private readonly logger: Logger) {}

  add(consumer: string, queue: Queue<DeliveryJob>): DeliveryQueue {
    const { logger } = this;
    queue.on('error', (error) => {
      // While Redis is away its connections have said so.
      if (queue.client.status === 'ready') logger.error('queue error', { err: error, consumer });
    });
    queue.on('failed', (_, error) => logFailure(logger, 'job failed', error, { consumer }));
    queue.on('stalled', () => logger.warn('job stalled; it runs again', { consumer }));
    const added = new DeliveryQueue(consumer, queue);
    this.queues.push(added);
    return added;
  }

  all(): readonly DeliveryQueue[] {
    return this.queues;
  }

  /** Takes no more jobs and waits for those that run. */
  async beforeApplicationShutdown(): Promise<void> {
    const closed = Promise.all(this.queues.map((queue) => queue.close())).then(() => true);
    if (!(await Promise.race([closed, delay(SHUTDOWN_MS, false, { ref: false })]))) {
      this.logger.warn('jobs still run at shutdown; another worker takes them up');
    }
  }
}
