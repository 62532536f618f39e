import type { Redis } from 'ioredis';
import { type Logger, reasonOf } from '../logging/index.js';

/** Milliseconds until the next try to connect: soon at first, then every 2 s, for ever. */
export function retryStrategy(times: number): number {
  return Math.min(times * 100, 2000);
}

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
