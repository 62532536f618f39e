import { openRedis, type RedisSettings } from './open-redis.js';

const TIMEOUT_MS = 10_000;
/** About how many keys one step looks at, so that Redis serves others in between. */
const STEP = 1000;

/**
 * Removes all keys that begin with `prefix`, which has none of the signs of a pattern, and tells `removed` how many it has removed so far. Safe to interrupt and
 * to repeat.
 * @throws Error if Redis can't be reached
 */
export async function removeKeys(
  settings: RedisSettings,
  prefix: string,
  removed: (keys: number) => void,
): Promise<void> {
  const redis = openRedis(settings, { commandTimeout: TIMEOUT_MS, retryStrategy: null });
  redis.on('error', () => undefined); // each command reports the error too
  try {
    let [cursor, total] = ['0', 0];
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', STEP);
      if (keys.length > 0) removed((total += await redis.unlink(...keys)));
      cursor = next;
    } while (cursor !== '0');
  } finally {
    redis.disconnect();
  }
}
