import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { LogGrowth } from '../outbox/index.js';
import { Subscriptions } from './subscriptions.js';

/** Events moved by one statement. */
const BATCH = 500;

/** One call, so that a process that stops dead holds no lock between a statement and its commit. An empty outbox locks nothing. */
const RELAY = `SELECT taken, consumers FROM relay_events($1::text[], $2::text[], ${BATCH})`;

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
    const [row] = await this.tx.query<Taken>(RELAY, [consumers, types]);
    if (row!.taken > 0) this.growth.announce();
    return { count: row!.taken, consumers: row!.consumers, more: row!.taken === BATCH };
  }
}
