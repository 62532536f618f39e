import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { logOutages, openRedis, retryStrategy } from '../redis/index.js';

/** The connections of Bull: one that commands, one that waits for jobs, one that listens. They reconnect for ever. */
@Injectable()
export class QueueConnections implements OnApplicationShutdown {
  private readonly connections: Redis[] = [];

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  open(purpose: string): Redis {
    const redis = openRedis(this.config.redis, {
      // Bull asks for both: what it sends must wait for Redis, not fail.
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      retryStrategy,
    });
    logOutages(redis, this.logger, `queue-${purpose}`);
    this.connections.push(redis);
    return redis;
  }

  onApplicationShutdown(): void {
    for (const redis of this.connections) {
      // Where Redis never came, Bull would reject promises that nobody awaits.
      redis.removeAllListeners('end');
      redis.disconnect();
    }
  }
}
