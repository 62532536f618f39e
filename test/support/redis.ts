import { Redis } from 'ioredis';
import { inject } from 'vitest';

/**
 * The URL of a logical Redis database that no other test file uses: `redis://127.0.0.1:<port>/<number>`. Keys are the
 * caller's own; channels of publish/subscribe and FLUSHALL are not, so a test that flushes, stops or floods Redis starts one
 * of its own (support/servers.ts).
 */
export async function redisDatabase(): Promise<string> {
  const redis = new Redis(inject('redisUrl'));
  try {
    return `${inject('redisUrl')}/${await redis.incr('test:databases')}`;
  } finally {
    redis.disconnect();
  }
}
