import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { LogGrowth } from '../outbox/index.js';
import { Subscriptions } from './subscriptions.js';

/** Events moved by one statement. */
const BATCH = 500;

/**
 * One relay at a time, so that a version of a thing never gets a position in the log above that of a later one; a trigger of the outbox
 * assigns them. Another relay finds nothing meanwhile. An empty outbox locks nothing, since a lock is written to disk. Materialized, so that
 * an event is read once and not once per subscribed type.
 */
const RELAY = `
  WITH turn AS MATERIALIZED (SELECT id FROM event_sequence WHERE EXISTS (SELECT FROM outbox) FOR UPDATE SKIP LOCKED), taken AS (
    DELETE FROM outbox WHERE event_id IN (
      SELECT event_id FROM outbox WHERE EXISTS (SELECT FROM turn) ORDER BY event_id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING event_id
  ), moved AS MATERIALIZED (
    SELECT e.id, e.type FROM taken JOIN events e ON e.id = taken.event_id
  ), wanted AS (
    INSERT INTO event_deliveries (event_id, consumer)
    SELECT m.id, s.consumer
    FROM moved m JOIN unnest($1::text[], $2::text[]) AS s (consumer, type) ON s.type IN (m.type, '*')
    ON CONFLICT DO NOTHING RETURNING consumer
  )
  SELECT (SELECT count(*) FROM taken) AS taken, ARRAY(SELECT DISTINCT consumer FROM wanted) AS consumers`;

/** What one batch had. */
export interface Relayed {
  readonly count: number;
  /** Who got deliveries. */
  readonly consumers: readonly string[];
  /** Whether there may be more. */
  readonly more: boolean;
}

interface Taken extends Record<string, unknown> {
  readonly taken: number;
  readonly consumers: readonly string[];
}

/** Empties the outbox: every event gets its position in the log, and becomes one delivery per consumer that subscribed to its type. */
@Injectable()
export class Relay {
  constructor(
    private readonly tx: Transaction,
    private readonly subscriptions: Subscriptions,
    private readonly growth: LogGrowth,
  ) {}

  /** Moves one batch. */
  async relay(): Promise<Relayed> {
    const wanted = this.subscriptions.list();
    const consumers = wanted.map(({ consumer }) => consumer);
    const types = wanted.map(({ type }) => type);
    // By itself, so that a process that stops dead holds no lock between a statement and its commit.
    const [row] = await this.tx.query<Taken>(RELAY, [consumers, types]);
    if (row!.taken > 0) this.growth.announce();
    return { count: row!.taken, consumers: row!.consumers, more: row!.taken === BATCH };
  }
}
