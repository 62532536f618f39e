import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { openRedis } from './open-redis.js';
import { lasting, logOutages } from './outages.js';

/** In milliseconds. Longer than Redis ever takes, short enough that an outage does not delay requests. */
const REDIS_TIMEOUT_MS = 250;
/** A connection that is silent for so long is dead, in milliseconds. */
const SILENCE_MS = 2000;

/**
 * Provides `Redis`, a connection for callers that must not wait: commands fail immediately if Redis is away, and after 250 ms if it
 * does not respond. It reconnects by itself.
 */
@Global()
@Module({
  providers: [{ provide: Redis, inject: [Config, Logger], useFactory: connect }],
  exports: [Redis],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(Redis) private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

function connect(config: Config, logger: Logger): Redis {
  const redis = openRedis(config.redis, {
    keyPrefix: config.redis.prefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: REDIS_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    ...lasting,
  });
  logOutages(redis, logger, 'cache');
  return redis;
}
