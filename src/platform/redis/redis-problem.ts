import { InvalidConfig } from '../config/index.js';
import { openRedis, type RedisSettings } from './open-redis.js';
import { RedisRefuses } from './redis-refuses.js';

/** Why Redis can't be used. `away` may end by itself; the others need a person. */
export interface RedisProblem {
  readonly kind: 'away' | 'refused' | 'certificate' | 'no-tls';
  /** What happened and what to do, without user or password. */
  readonly message: string;
}

const CONNECT_TIMEOUT_MS = 3000;

/** Connects once and returns the problem, if there is one. */
export async function redisProblem(settings: RedisSettings): Promise<RedisProblem | undefined> {
  const redis = openRedis(settings, { lazyConnect: true, retryStrategy: null, connectTimeout: CONNECT_TIMEOUT_MS });
  let first: Error | undefined;
  redis.on('error', (error: Error) => (first ??= error));
  try {
    await redis.connect();
    return undefined;
  } catch (error) {
    return explain(first ?? (error as Error));
  } finally {
    redis.disconnect();
  }
}

/** Ends the start if Redis refuses the sign-in, because no job would run. Waits while Redis is away. @throws InvalidConfig */
export async function assertRedisAccepts(settings: RedisSettings): Promise<void> {
  const problem = await redisProblem(settings);
  if (problem && problem.kind !== 'away') throw new InvalidConfig([`REDIS_URL: ${problem.message}`]);
}

function explain(error: Error): RedisProblem {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (error instanceof RedisRefuses) {
    return { kind: 'refused', message: `Redis refuses its user or password (${error.message}); correct them` };
  }
  if (/CERT|SELF_SIGNED|VERIFY|HOSTNAME/.test(code)) {
    const remedy = 'set REDIS_CA to the certificate of the authority that signed it, or use the name that it is for';
    return { kind: 'certificate', message: `the certificate of Redis is refused (${code}); ${remedy}` };
  }
  if (/EPROTO|ERR_SSL/.test(code)) {
    return { kind: 'no-tls', message: `the server there speaks no TLS (${code}); use redis: instead of rediss:` };
  }
  return {
    kind: 'away',
    message: `Redis does not answer (${error.message || code}); start it, or correct its address and whether it speaks TLS`,
  };
}
