import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { reasonOf } from '../logging/index.js';
import { DatabaseProbe } from './database-probe.js';
import { NotReady } from './not-ready.js';

/** What readiness asks the servers that the process needs. */
@Injectable()
export class Probes implements OnApplicationShutdown {
  private readonly database: DatabaseProbe;

  constructor(
    config: Config,
    private readonly redis: Redis,
  ) {
    this.database = new DatabaseProbe(config.database.url);
  }

  /** @throws NotReady with the reason */
  askDatabase(): Promise<void> {
    return this.database.ask();
  }

  /** A write, since a Redis that is full, or a replica, answers but takes none. @throws NotReady with the reason */
  async askRedis(): Promise<void> {
    try {
      await this.redis.set('till:health', 'ok', 'EX', 60);
    } catch (error) {
      const refusal = (error as Error).name === 'ReplyError' ? reasonOf(error) : undefined;
      throw new NotReady(refusal ? `Redis refuses writes (${refusal}).` : 'Redis does not answer.');
    }
  }

  /** When the certificates of the servers end; undefined without TLS, or while there is no connection. */
  certificateEnds(): Readonly<Record<'database' | 'redis', Date | undefined>> {
    const { stream } = this.redis as unknown as { stream?: Socket };
    return { database: certificateEnd(this.database.stream), redis: certificateEnd(stream) };
  }

  onApplicationShutdown(): void {
    this.database.close();
  }
}

function certificateEnd(stream: Socket | undefined): Date | undefined {
  if (!(stream instanceof TLSSocket)) return undefined;
  const { valid_to: until } = stream.getPeerCertificate();
  return until ? new Date(until) : undefined;
}
