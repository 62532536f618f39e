import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { logFailure, Transaction } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { type DeliveryQueue, DeliveryQueues } from '../queue/index.js';
import { DirectDelivery } from './direct-delivery.js';
import { Subscriptions } from './subscriptions.js';

/** Deliveries in one job. */
const JOB_SIZE = 50;
const MAX_JOBS = 10;
/** In seconds. A job that has not started by then is lost (Redis was emptied, a worker killed) and is queued again. */
const QUEUE_LEASE_SECONDS = 15;
/** The same while Redis takes no jobs, and once after that: it may have lost those it had. */
const DOUBTED_LEASE_SECONDS = 3;

/**
 * Takes a consumer's due deliveries, including those whose job or worker was lost. One that is taken too early is not handled twice,
 * since a job claims its events.
 */
const TAKE = `
  WITH due AS (
    SELECT event_id, consumer FROM event_deliveries
    WHERE consumer = $1 AND due_at <= now()
      AND next_attempt_at <= now() + CASE WHEN status = 'queued' THEN $3::int ELSE 0 END * interval '1 second'
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  UPDATE event_deliveries d SET status = 'queued', next_attempt_at = now() + ${QUEUE_LEASE_SECONDS} * interval '1 second'
  FROM due WHERE d.event_id = due.event_id AND d.consumer = due.consumer
  RETURNING d.event_id`;

/** Gives back what Redis did not take, so that it is due at once. A job that it did take finds nothing to claim then. */
const PUT_BACK = `
  UPDATE event_deliveries SET status = 'pending', next_attempt_at = now()
  WHERE consumer = $1 AND event_id = ANY($2::uuid[]) AND status = 'queued' RETURNING 1`;

interface Taken extends Record<string, unknown> {
  readonly event_id: EventId;
}

/**
 * Puts due deliveries into the queue of their consumer; while Redis takes no jobs, hands them over without it. They stay in
 * PostgreSQL until their effect is acknowledged.
 */
@Injectable()
export class Dispatcher {
  /** Consumers whose queue takes no jobs, or took none a round ago. */
  private readonly doubted = new Set<string>();

  constructor(
    private readonly tx: Transaction,
    private readonly queues: DeliveryQueues,
    private readonly direct: DirectDelivery,
    private readonly subscriptions: Subscriptions,
    private readonly logger: Logger,
  ) {}

  /** Sends the due deliveries that fit, of each consumer or of these. Returns whether there may be more. */
  async dispatch(consumers?: readonly string[]): Promise<boolean> {
    let more = false;
    for (const queue of this.queues.all().filter(({ consumer }) => this.subscriptions.isReady(consumer))) {
      if (!consumers || consumers.includes(queue.consumer)) more = (await this.dispatchTo(queue)) || more;
    }
    return more;
  }

  private async dispatchTo(queue: DeliveryQueue): Promise<boolean> {
    const state = await queue.state();
    if ('room' in state) return this.enqueue(queue, Math.min(state.room, MAX_JOBS));
    this.doubt(queue, state.problem);
    return this.handOver(queue.consumer);
  }

  private async enqueue(queue: DeliveryQueue, jobs: number): Promise<boolean> {
    const { consumer } = queue;
    const ids = await this.take(consumer, jobs);
    try {
      if (ids.length > 0) await queue.add(chunks(ids, JOB_SIZE));
    } catch (error) {
      logFailure(this.logger, 'Redis did not take jobs', error, { consumer });
      await this.tx.run(() => this.tx.query(PUT_BACK, [consumer, ids]));
      return true;
    }
    if (this.doubted.delete(consumer)) this.logger.info('events go through Redis again', { consumer });
    return jobs > 0 && ids.length === jobs * JOB_SIZE;
  }

  private async handOver(consumer: string): Promise<boolean> {
    const free = this.direct.free(consumer);
    const ids = await this.take(consumer, free);
    for (const chunk of chunks(ids, JOB_SIZE)) this.direct.begin(consumer, chunk);
    return free > 0 && ids.length === free * JOB_SIZE;
  }

  private async take(consumer: string, jobs: number): Promise<EventId[]> {
    if (jobs === 0) return [];
    const sooner = this.doubted.has(consumer) ? QUEUE_LEASE_SECONDS - DOUBTED_LEASE_SECONDS : 0;
    const taken = await this.tx.run(() => this.tx.query<Taken>(TAKE, [consumer, jobs * JOB_SIZE, sooner]));
    return taken.map((row) => row.event_id);
  }

  private doubt({ consumer }: DeliveryQueue, problem: string): void {
    if (this.doubted.has(consumer)) return;
    this.doubted.add(consumer);
    this.logger.warn('events go to their consumer without Redis', { consumer, reason: problem });
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
