import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { channelOf, listenerOf } from '../platform/redis/index.js';
import { LiveConnections } from './live-connections.js';
import { LiveLog } from './live-log.js';
import { LOG_GREW } from './log-grew.js';

/** How often to read the log without a message, in milliseconds: while Redis is there, and while it is away. */
const [QUIET_MS, AWAY_MS] = [10_000, 500];

/** Reads the log for the connections of this process: when a worker says through Redis that it grew, and now and then without. */
@Injectable()
export class LiveReader implements OnModuleDestroy {
  private listener: Redis | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isStopped = false;

  constructor(
    private readonly redis: Redis,
    private readonly log: LiveLog,
    private readonly connections: LiveConnections,
    private readonly logger: Logger,
  ) {}

  onModuleDestroy(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.listener?.disconnect();
  }

  /** Begins with the first connection, once. */
  begin(): void {
    if (this.listener || this.isStopped) return;
    const listener = listenerOf(this.redis);
    this.listener = listener;
    listener.on('message', () => void this.look());
    // Messages that were sent while Redis was away are lost.
    listener.on('ready', () => void this.look());
    listener.subscribe(channelOf(this.redis, LOG_GREW)).catch(() => undefined);
    void this.look();
  }

  private async look(): Promise<void> {
    if (this.isStopped) return;
    try {
      if (this.connections.all.size > 0) await this.readNew();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) logFailure(this.logger, 'live connections wait for the log; trying on', error);
      this.isFailing = true;
    }
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => void this.look(), this.isHeard ? QUIET_MS : AWAY_MS);
  }

  private readNew(): Promise<void> {
    return this.log.advance((frame) => {
      for (const connection of this.connections.all) connection.offer(frame);
    });
  }

  private get isHeard(): boolean {
    return this.listener?.status === 'ready' && !this.isFailing;
  }
}
