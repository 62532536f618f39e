import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { logFailure } from '../database/index.js';
import { Degradations } from '../health/index.js';
import { Logger } from '../logging/index.js';
import { gauge, type Measure } from '../metrics/index.js';
import { SharedGauges } from '../shared-gauges/index.js';
import { isDemoted } from '../redis/index.js';
import { DeliveryQueue, type DeliveryJob } from './delivery-queue.js';
import { QueueConnections } from './queue-connections.js';

/** How long a shutdown waits for running jobs, in milliseconds. */
const SHUTDOWN_MS = 15_000;

/** The queues of this process's consumers. Each consumer has its own, so that a slow one does not delay others. */
@Injectable()
export class DeliveryQueues implements BeforeApplicationShutdown {
  private readonly queues: DeliveryQueue[] = [];

  constructor(
    private readonly logger: Logger,
    private readonly connections: QueueConnections,
    private readonly degradations: Degradations,
    gauges: SharedGauges,
  ) {
    const openHelp = 'Whether events go through Redis (1) or not (0), by consumer.';
    const measureOpen: Measure = (set) => {
      for (const { consumer, problem } of this.queues) set({ consumer }, problem ? 0 : 1);
    };
    gauge('till_queue_open', openHelp, ['consumer'], measureOpen, 'min');
    const help = 'Jobs in Redis, by consumer and state.';
    gauges.add('till_queue_jobs', help, ['consumer', 'state'], async (set) => {
      for (const queue of this.queues) {
        const { waiting, active } = await queue.depth();
        set({ consumer: queue.consumer, state: 'waiting' }, waiting);
        set({ consumer: queue.consumer, state: 'active' }, active);
      }
    });
    const ageHelp = 'Age of the job that waits longest, by consumer; 0 if none waits.';
    const measureAge: Measure = async (set) => {
      for (const queue of this.queues) set({ consumer: queue.consumer }, (await queue.depth()).oldestSeconds);
    };
    gauges.add('till_queue_oldest_job_age_seconds', ageHelp, ['consumer'], measureAge, 'max');
  }

  add(consumer: string, queue: Queue<DeliveryJob>): DeliveryQueue {
    const { logger } = this;
    // The module of the library would wait for running jobs once more, and without a limit.
    Object.assign(queue, { onApplicationShutdown: undefined });
    queue.on('error', (error) => {
      // While Redis is away or has become a replica, its connections report it.
      if (queue.client.status === 'ready' && !isDemoted(error)) logger.error('queue error', { err: error, consumer });
    });
    queue.on('failed', (_, error) => logFailure(logger, 'job failed', error, { consumer }));
    queue.on('stalled', () => logger.warn('job stalled; it runs again', { consumer }));
    const added = new DeliveryQueue(consumer, queue, () => this.connections.of(consumer));
    this.queues.push(added);
    this.degradations.add(
      `queue:${consumer}`,
      () => added.problem && `Events for ${consumer} are delivered without Redis. ${added.problem}`,
    );
    return added;
  }

  all(): readonly DeliveryQueue[] {
    return this.queues;
  }

  /** Stops taking jobs and waits for the running ones, but not for one that never ends. */
  async beforeApplicationShutdown(): Promise<void> {
    const closed = Promise.all(this.queues.map((queue) => queue.close())).then(() => true);
    if (!(await Promise.race([closed, delay(SHUTDOWN_MS, false, { ref: false })]))) {
      this.logger.warn('jobs still run at shutdown; another worker takes them up');
    }
  }
}
