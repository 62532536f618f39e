import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bull';
import type { Redis } from 'ioredis';
import { Fault, reasonOf } from '../logging/index.js';
import { StallWatch } from './stall-watch.js';

/** The maximum of waiting jobs per consumer: enough to keep all workers busy, few enough that none waits long. */
const MAX_WAITING = 20;
/** In milliseconds. Redis responds in well under a millisecond; longer silence is an outage. */
const REDIS_TIMEOUT_MS = 2000;
/** After a failure Redis is left alone for so long, in milliseconds. */
const REST_MS = 1000;

/** A job contains only ids: the work is in PostgreSQL. */
export interface DeliveryJob {
  readonly eventIds: readonly string[];
}

/** How many more jobs a queue takes now, or why it takes none. */
export type QueueState = { readonly room: number } | { readonly problem: string };

/** Bull behind two questions: how many jobs fit, and please take these. Redis is never the truth, so a job may get lost. */
export class DeliveryQueue {
  private readonly watch = new StallWatch();
  private failure: { readonly problem: string; readonly until: number } | undefined;
  private latest: QueueState = { room: 0 };

  constructor(
    /** The consumer's name, which is also the name of its queue and of its jobs. */
    readonly consumer: string,
    private readonly queue: Queue<DeliveryJob>,
    /** Its connections, as far as they are open by now. */
    private readonly connections: () => readonly Redis[],
  ) {
    queue.on('active', () => this.watch.began());
    queue.on('completed', () => this.watch.ended());
    queue.on('failed', () => this.watch.ended());
  }

  /** Asks Redis. Connections that lead nowhere are made anew. */
  async state(): Promise<QueueState> {
    return (this.latest = await this.ask());
  }

  /** Why events do not go through this queue, when they do not; of the last `state`. */
  get problem(): string | undefined {
    return 'problem' in this.latest ? this.latest.problem : undefined;
  }

  /** One job for each list of events. @throws when Redis does not take all of them in time; it may have taken some */
  async add(jobs: readonly (readonly string[])[]): Promise<void> {
    const opts = { removeOnComplete: true, removeOnFail: true };
    try {
      // Not by addBulk: inside its MULTI nobody hears of a script that Redis has forgotten, or of a refusal.
      await inTime(Promise.all(jobs.map((eventIds) => this.queue.add(this.consumer, { eventIds }, opts))));
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** How many jobs there are, and for how many seconds the oldest has waited. @throws when Redis does not answer in time */
  async depth(): Promise<{ waiting: number; active: number; oldestSeconds: number }> {
    const { client } = this.queue;
    const [waiting, active, oldest] = await inTime(
      Promise.all([
        client.llen(this.queue.toKey('wait')),
        client.llen(this.queue.toKey('active')),
        client.lindex(this.queue.toKey('wait'), -1), // jobs enter at the other end
      ]),
    );
    const addedAt = oldest === null ? null : await inTime(client.hget(this.queue.toKey(oldest), 'timestamp'));
    return {
      waiting,
      active,
      oldestSeconds: addedAt === null ? 0 : Math.max(0, (Date.now() - Number(addedAt)) / 1000),
    };
  }

  /** Takes no more jobs and waits for those that run. */
  close(): Promise<void> {
    return this.queue.close();
  }

  private async ask(): Promise<QueueState> {
    if (this.failure && performance.now() < this.failure.until) return { problem: this.failure.problem };
    if (this.queue.client.status !== 'ready') return { problem: 'Redis does not answer.' };
    try {
      const [waiting, paused] = await inTime(this.count());
      if (!(await this.doesNotMove(waiting))) return { room: Math.max(0, MAX_WAITING - waiting - paused) };
      return this.fail(new Fault('jobs wait and none is handed out'));
    } catch (error) {
      return this.fail(error);
    }
  }

  private count(): Promise<[number, number]> {
    const { client } = this.queue;
    return Promise.all([client.llen(this.queue.toKey('wait')), client.llen(this.queue.toKey('paused'))]);
  }

  private async doesNotMove(waiting: number): Promise<boolean> {
    return this.watch.isStalled(waiting, performance.now()) && !(await this.queue.isPaused(true));
  }

  private fail(error: unknown): { problem: string } {
    const isSaid = error instanceof Fault || (error as Error).name === 'ReplyError';
    const problem = isSaid ? `Redis takes no jobs (${reasonOf(error)}).` : 'Redis does not answer.';
    this.failure = { problem, until: performance.now() + REST_MS };
    for (const redis of this.connections()) if (redis.status === 'ready') redis.disconnect(true);
    return { problem };
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
