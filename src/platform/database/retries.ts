import { setTimeout as delay } from 'node:timers/promises';
import { counter } from '../metrics/index.js';
import { isOfNodeBefore } from './citus/node-client.js';
import { isPlanOutdated, sqlState } from './errors.js';

/** Deadlock and serialization failure: the whole use case may run again (PostgreSQL, appendix A). */
const collisions = new Set(['40P01', '40001']);
const MAX_ATTEMPTS = 5;
/** A statement waited for a lock until `lock_timeout` (PostgreSQL, appendix A). */
export const LOCKED = '55P03';

/** A table was changed under a prepared statement. */
const CHANGED = '0A000';
/** The schema has left the node of the connection. */
const left = ['42P01', 'XX000'];

const retries = counter(
  'till_transaction_retries_total',
  'Transactions run again after a deadlock, a serialization failure, a wait for a lock, a change of a table or a move to another node, by SQLSTATE.',
  { code: [...collisions, LOCKED, CHANGED, ...left] },
);

/**
 * Runs it, again from its start after a deadlock or a serialization failure, at most 5 times; and at once when a table was changed
 * under its prepared statements, or its schema has come to another node, which both need a new connection.
 */
export async function afterCollisions<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const code = sqlState(error);
      const isOutdated = isPlanOutdated(error) || isOfNodeBefore(error);
      if (!code || !(collisions.has(code) || isOutdated) || attempt === MAX_ATTEMPTS) throw error;
      retries.inc({ code });
      if (!isOutdated) await delay(Math.random() * 10 * 2 ** attempt);
    }
  }
}

/** Whether the use case waited for a lock without success, and so runs again in the queue. Counts it. */
export function isLocked(error: unknown): boolean {
  if (sqlState(error) !== LOCKED) return false;
  retries.inc({ code: LOCKED });
  return true;
}
