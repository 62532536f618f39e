import { setTimeout as delay } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bull';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { logFailure } from '../database/index.js';
import { Logger } from '../logging/index.js';

/** The one queue; a job's name says which consumer it is for. */
export const DELIVERIES = 'deliveries';

/** Jobs that may wait at once: enough to keep every worker busy, few enough that none waits longer than its lease. */
const MAX_WAITING = 40;
/** Redis answers in well under a millisecond; a longer silence is an outage, in milliseconds. */
const REDIS_TIMEOUT_MS = 2000;
/** How long a shutdown waits for running jobs, in milliseconds. */
const SHUTDOWN_MS = 15_000;

/** A job carries ids only: what is to be done stands in PostgreSQL. */
export interface DeliveryJob {
  readonly eventIds: readonly string[];
}

/** Bull behind two questions: how many jobs fit, and please take these. Redis is never the truth, so a job may get lost. */
@Injectable()
export class DeliveryQueue implements BeforeApplicationShutdown {
  constructor(
    @InjectQueue(DELIVERIES) private readonly queue: Queue<DeliveryJob>,
    private readonly logger: Logger,
  ) {
    queue.on('error', (error) => {
      // While Redis is away its connections have said so.
      if (this.isReady) logger.error('queue error', { err: error });
    });
    queue.on('failed', (job, error) => logFailure(logger, 'job failed', error, { consumer: job.name }));
    queue.on('stalled', (job) => logger.warn('job stalled; it runs again', { consumer: job.name }));
  }

  /** How many more jobs may be added now; none while Redis is away. @throws when Redis is silent */
  async room(): Promise<number> {
    if (!this.isReady) return 0;
    return Math.max(0, MAX_WAITING - (await inTime(this.queue.getWaitingCount())));
  }

  /** @throws when Redis does not take them in time; it may have taken some */
  async add(jobs: readonly { readonly consumer: string; readonly eventIds: readonly string[] }[]): Promise<void> {
    const opts = { removeOnComplete: true, removeOnFail: true };
    await inTime(
      this.queue.addBulk(jobs.map(({ consumer, eventIds }) => ({ name: consumer, data: { eventIds }, opts }))),
    );
  }

  /** Takes no more jobs and waits for those that run. */
  async beforeApplicationShutdown(): Promise<void> {
    const closed = this.queue.close().then(() => true);
    if (!(await Promise.race([closed, delay(SHUTDOWN_MS, false, { ref: false })]))) {
      this.logger.warn('jobs still run at shutdown; another worker takes them up');
    }
  }

  private get isReady(): boolean {
    return this.queue.client.status === 'ready';
  }
}

/** Bull waits for Redis as long as it takes; we try again later. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(REDIS_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Redis did not answer within ${REDIS_TIMEOUT_MS} ms.`);
  });
  late.catch(() => undefined); // also when the answer came first
  answer.catch(() => undefined); // also when it comes too late
  return Promise.race([answer, late]).finally(() => timer.abort());
}
