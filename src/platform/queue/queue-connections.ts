import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { lasting, logOutages, openRedis } from '../redis/index.js';

/** How long Redis holds a question for a job when there is none, in seconds. */
export const DRAIN_SECONDS = 5;
/** A connection that is silent for so long is dead, in milliseconds. */
const SILENCE_MS = 3000;

/** The connections of Bull: for commands, for waiting for jobs, and for events. They reconnect forever. */
@Injectable()
export class QueueConnections implements OnApplicationShutdown {
  private readonly connections = new Map<string, Redis[]>();

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** What the keys of Bull begin with. */
  get prefix(): string {
    return `${this.config.redis.prefix}till`;
  }

  /** Opens one of the connections of a consumer's queue; `purpose` is Bull's word for it (client, bclient, subscriber). */
  open(consumer: string, purpose: string): Redis {
    const redis = openRedis(this.config.redis, {
      // Bull requires both: its commands must wait for Redis, not fail.
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      socketTimeout: SILENCE_MS + (purpose === 'bclient' ? DRAIN_SECONDS * 1000 : 0),
      ...lasting,
    });
    logOutages(redis, this.logger, `queue-${consumer}-${purpose}`);
    this.connections.set(consumer, [...this.of(consumer), redis]);
    return redis;
  }

  /** The connections of a consumer's queue that were opened so far. */
  of(consumer: string): readonly Redis[] {
    return this.connections.get(consumer) ?? [];
  }

  onApplicationShutdown(): void {
    for (const redis of [...this.connections.values()].flat()) {
      // If Redis never came up, Bull would reject promises that nobody awaits.
      redis.removeAllListeners('end');
      redis.disconnect();
    }
  }
}
