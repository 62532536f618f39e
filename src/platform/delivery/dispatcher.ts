import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { Transaction } from '../database/index.js';
import { DeliveryQueue } from '../queue/index.js';

/** Deliveries in one job. */
const JOB_SIZE = 50;
const MAX_JOBS = 10;
/** A job that has not begun by then is lost (Redis was emptied, a worker killed) and is queued again, in seconds. */
const QUEUE_LEASE_SECONDS = 15;

/** Waiting ones that are due, and those whose job or worker got lost. */
const TAKE = `
  WITH due AS (
    SELECT event_id, consumer FROM event_deliveries
    WHERE status IN ('pending', 'queued', 'running') AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE event_deliveries d SET status = 'queued', next_attempt_at = now() + ${QUEUE_LEASE_SECONDS} * interval '1 second'
  FROM due WHERE d.event_id = due.event_id AND d.consumer = due.consumer
  RETURNING d.event_id, d.consumer`;

interface Taken extends Record<string, unknown> {
  readonly event_id: EventId;
  readonly consumer: string;
}

/** Puts due deliveries into the queue. They stay in PostgreSQL until their effect is acknowledged. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly tx: Transaction,
    private readonly queue: DeliveryQueue,
  ) {}

  /** Queues what is due and fits; answers whether there may be more that does. @throws when Redis is silent */
  async dispatch(): Promise<boolean> {
    const jobs = Math.min(await this.queue.room(), MAX_JOBS);
    if (jobs === 0) return false;
    const taken = await this.tx.run(() => this.tx.query<Taken>(TAKE, [jobs * JOB_SIZE]));
    if (taken.length > 0) await this.queue.add(jobsOf(taken));
    return taken.length === jobs * JOB_SIZE;
  }
}

function jobsOf(taken: readonly Taken[]) {
  const consumers = [...new Set(taken.map(({ consumer }) => consumer))];
  return consumers.flatMap((consumer) => {
    const ids = taken.filter((row) => row.consumer === consumer).map((row) => row.event_id);
    return chunks(ids, JOB_SIZE).map((eventIds) => ({ consumer, eventIds }));
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
