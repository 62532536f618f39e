import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bull';
import { Fault } from '../logging/index.js';

/** Jobs of one consumer that may wait at once: enough to keep every worker busy, few enough that none waits long. */
const MAX_WAITING = 20;
/** Redis answers in well under a millisecond; a longer silence is an outage, in milliseconds. */
const REDIS_TIMEOUT_MS = 2000;

/** A job carries ids only: what is to be done stands in PostgreSQL. */
export interface DeliveryJob {
  readonly eventIds: readonly string[];
}

/** Bull behind two questions: how many jobs fit, and please take these. Redis is never the truth, so a job may get lost. */
export class DeliveryQueue {
  constructor(
    /** The consumer's name, which is also the name of its queue and of its jobs. */
    readonly consumer: string,
    private readonly queue: Queue<DeliveryJob>,
  ) {}

  /** How many more jobs may be added now; none while Redis is away. @throws when Redis is silent */
  async room(): Promise<number> {
    if (this.queue.client.status !== 'ready') return 0;
    return Math.max(0, MAX_WAITING - (await inTime(this.queue.getWaitingCount())));
  }

  /** One job for each list of events. @throws when Redis does not take them in time; it may have taken some */
  async add(jobs: readonly (readonly string[])[]): Promise<void> {
    const opts = { removeOnComplete: true, removeOnFail: true };
    await inTime(this.queue.addBulk(jobs.map((eventIds) => ({ name: this.consumer, data: { eventIds }, opts }))));
  }

  /** Takes no more jobs and waits for those that run. */
  close(): Promise<void> {
    return this.queue.close();
  }
}

/** Bull waits for Redis as long as it takes; we try again later. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(REDIS_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Fault(`Redis did not answer within ${REDIS_TIMEOUT_MS} ms.`);
  });
  late.catch(() => undefined); // also when the answer came first
  answer.catch(() => undefined); // also when it comes too late
  return Promise.race([answer, late]).finally(() => timer.abort());
}
