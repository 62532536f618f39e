import type { Redis } from 'ioredis';
import { Counter } from 'prom-client';
import { type Logger, reasonOf } from '../logging/index.js';

/** Milliseconds until the next try to connect: soon at first, then every 2 s, for ever. */
function retryStrategy(times: number): number {
  return Math.min(times * 100, 2000);
}

const reconnects = new Counter({
  name: 'till_redis_reconnects_total',
  help: 'Connections to Redis that were made anew because their server takes no writes any more, as after a failover.',
});

/** Whether Redis takes no writes on this connection, since it is a replica: a new connection to its address may lead to the primary. */
export function isDemoted({ message }: Error): boolean {
  return /\b(READONLY|MASTERDOWN|UNBLOCKED)\b/.test(message);
}

/** How a connection that lives as long as the process comes back, whatever ended it. */
export const lasting = {
  connectTimeout: 2000,
  retryStrategy,
  reconnectOnError: (error: Error): boolean => {
    if (!isDemoted(error)) return false;
    reconnects.inc();
    return true;
  },
};

/** Logs once that Redis is away and once that it is back, instead of once per failed try. */
export function logOutages(redis: Redis, logger: Logger, connection: string): void {
  let away = false;
  redis.on('error', (error: Error) => {
    if (away) return;
    away = true;
    logger.warn('Redis does not answer; trying on', { connection, reason: reasonOf(error) });
  });
  redis.on('ready', () => {
    if (away) logger.info('Redis is back', { connection });
    away = false;
  });
}
