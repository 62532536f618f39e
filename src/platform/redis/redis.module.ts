import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { openRedis } from './open-redis.js';
import { logOutages, retryStrategy } from './outages.js';

/** Longer than Redis ever takes, short enough that a request notices nothing of an outage, in milliseconds. */
const REDIS_TIMEOUT_MS = 250;

/**
 * `Redis`, a connection for callers that would rather go without an answer than wait: commands fail at once when
 * Redis is away, and after 250 ms when it is silent. It reconnects by itself.
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
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: REDIS_TIMEOUT_MS,
    connectTimeout: 2000,
    retryStrategy,
  });
  logOutages(redis, logger, 'cache');
  return redis;
}
