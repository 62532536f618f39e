import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { Transaction } from '../database/index.js';
import { type DeliveryQueue, DeliveryQueues } from '../queue/index.js';

/** Deliveries in one job. */
const JOB_SIZE = 50;
const MAX_JOBS = 10;
/** In seconds. A job that has not started by then is lost (Redis was emptied, a worker killed) and is queued again. */
const QUEUE_LEASE_SECONDS = 15;

/** Takes a consumer's due deliveries, including those whose job or worker was lost. */
const TAKE = `
  WITH due AS (
    SELECT event_id, consumer FROM event_deliveries
    WHERE consumer = $1 AND status IN ('pending', 'queued', 'running') AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  UPDATE event_deliveries d SET status = 'queued', next_attempt_at = now() + ${QUEUE_LEASE_SECONDS} * interval '1 second'
  FROM due WHERE d.event_id = due.event_id AND d.consumer = due.consumer
  RETURNING d.event_id`;

interface Taken extends Record<string, unknown> {
  readonly event_id: EventId;
}

/** Queues due deliveries. They stay in PostgreSQL until their effect is acknowledged. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly tx: Transaction,
    private readonly queues: DeliveryQueues,
  ) {}

  /** Queues the due deliveries of each consumer that fit. Returns whether there may be more. @throws if Redis does not respond */
  async dispatch(): Promise<boolean> {
    let more = false;
    for (const queue of this.queues.all()) more = (await this.dispatchTo(queue)) || more;
    return more;
  }

  private async dispatchTo(queue: DeliveryQueue): Promise<boolean> {
    const jobs = Math.min(await queue.room(), MAX_JOBS);
    if (jobs === 0) return false;
    const taken = await this.tx.run(() => this.tx.query<Taken>(TAKE, [queue.consumer, jobs * JOB_SIZE]));
    const ids = taken.map((row) => row.event_id);
    if (ids.length > 0) await queue.add(chunks(ids, JOB_SIZE));
    return taken.length === jobs * JOB_SIZE;
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
