import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { logOutages, openRedis, retryStrategy } from '../redis/index.js';

/** The connections of Bull: for commands, for waiting for jobs, and for events. They reconnect forever. */
@Injectable()
export class QueueConnections implements OnApplicationShutdown {
  private readonly connections: Redis[] = [];

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  open(purpose: string): Redis {
    const redis = openRedis(this.config.redis, {
      // Bull requires both: its commands must wait for Redis, not fail.
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
      // If Redis never came up, Bull would reject promises that nobody awaits.
      redis.removeAllListeners('end');
      redis.disconnect();
    }
  }
}
