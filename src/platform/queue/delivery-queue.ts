import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bull';
import { Fault } from '../logging/index.js';

/** The maximum of waiting jobs per consumer: enough to keep all workers busy, few enough that none waits long. */
const MAX_WAITING = 20;
/** In milliseconds. Redis responds in well under a millisecond; longer silence is an outage. */
const REDIS_TIMEOUT_MS = 2000;

/** A job contains only ids: the work is in PostgreSQL. */
export interface DeliveryJob {
  readonly eventIds: readonly string[];
}

/** Bull with two operations: how many jobs fit, and add these. Redis is never the truth, so a job may get lost. */
export class DeliveryQueue {
  constructor(
    /** The consumer's name, which is also the name of its queue and of its jobs. */
    readonly consumer: string,
    private readonly queue: Queue<DeliveryJob>,
  ) {}

  /** Returns how many more jobs fit; none while Redis is away. @throws if Redis does not respond */
  async room(): Promise<number> {
    if (this.queue.client.status !== 'ready') return 0;
    return Math.max(0, MAX_WAITING - (await inTime(this.queue.getWaitingCount())));
  }

  /** Adds one job per list of events. @throws if Redis does not accept them in time; it may have accepted some */
  async add(jobs: readonly (readonly string[])[]): Promise<void> {
    const opts = { removeOnComplete: true, removeOnFail: true };
    await inTime(this.queue.addBulk(jobs.map((eventIds) => ({ name: this.consumer, data: { eventIds }, opts }))));
  }

  /** Takes no more jobs and waits for those that run. */
  close(): Promise<void> {
    return this.queue.close();
  }
}

/** Limits a wait for Redis, because Bull waits without a limit. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(REDIS_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Fault(`Redis did not answer within ${REDIS_TIMEOUT_MS} ms.`);
  });
  late.catch(() => undefined); // also if the response came first
  answer.catch(() => undefined); // also if it comes too late
  return Promise.race([answer, late]).finally(() => timer.abort());
}
