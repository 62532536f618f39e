import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Transaction } from '../database/index.js';
import { Logger, reasonOf } from '../logging/index.js';
import { channelOf, listenerOf } from '../redis/index.js';
import { ChangeHistory } from './change-history.js';

const CHANNEL = 'till:changes';
/** How long changes wait for others, to be told in one message, in milliseconds. */
const GATHER_MS = 5;
/** How often to ask whether Redis is there, and how long it may take to say so, in milliseconds. */
const BEAT_MS = 250;
const SILENT_MS = 500;

/**
 * Tells all processes what changed, so that what they keep in memory ends: in this one before whoever changed it gets an answer, in the
 * others some milliseconds later, through Redis. Nothing waits for Redis, and a message may be lost, so what is kept also needs an end of
 * its own.
 */
@Injectable()
export class ChangeFeed implements OnApplicationShutdown {
  readonly history = new ChangeHistory();
  private readonly sender = randomUUID();
  private waiting = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private listener: Redis | undefined;
  private beats: NodeJS.Timeout | undefined;
  private askedAt: number | undefined;
  private subscribed = false;

  /** Without Redis, as in commands, others hear of nothing: what they keep is not older than it may be without this either. */
  constructor(
    @Optional() @Inject(Redis) private readonly redis: Redis | undefined,
    private readonly tx: Transaction,
    private readonly logger: Logger,
  ) {}

  /** Whether this process hears of the changes of others. */
  get isLive(): boolean {
    return this.subscribed;
  }

  /** Notes that the running transaction changes what these keys stand for. */
  changed(...keys: readonly string[]): void {
    this.tx.afterwards(() => this.announce(keys));
  }

  /** Begins to listen, once: a process that keeps nothing has nothing to hear. */
  listen(): void {
    if (this.listener || !this.redis) return;
    // Silence is no sign of a dead connection, so it is asked now and then.
    const listener = listenerOf(this.redis, { autoResubscribe: false });
    this.listener = listener;
    listener.on('ready', () => void this.subscribe(listener));
    listener.on('close', () => this.lose());
    listener.on('message', (_channel: string, message: string) => this.hear(message));
    this.beats = setInterval(() => this.beat(listener), BEAT_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.beats);
    clearTimeout(this.timer);
    this.tell();
    this.listener?.disconnect();
  }

  private announce(keys: readonly string[]): void {
    this.history.note(keys);
    for (const key of keys) this.waiting.add(key);
    this.timer ??= setTimeout(() => this.tell(), GATHER_MS).unref();
  }

  private tell(): void {
    this.timer = undefined;
    const keys = this.waiting;
    this.waiting = new Set();
    if (keys.size === 0 || this.redis?.status !== 'ready') return;
    const channel = channelOf(this.redis, CHANNEL);
    this.redis.publish(channel, [this.sender, ...keys].join(' ')).catch(() => undefined);
  }

  private hear(message: string): void {
    const [sender, ...keys] = message.split(' ');
    if (sender !== this.sender) this.history.note(keys);
  }

  private async subscribe(listener: Redis): Promise<void> {
    try {
      await listener.subscribe(channelOf(listener, CHANNEL));
      // Changes before the subscription were not heard.
      this.history.noteAll();
      this.askedAt = undefined;
      this.subscribed = true;
    } catch (error) {
      // A lost connection is logged by that of the commands; the next one subscribes again.
      if ((error as Error).name !== 'ReplyError') return;
      this.logger.warn('Redis lets this process hear of no changes by others, so it keeps nothing in memory', {
        reason: reasonOf(error),
      });
    }
  }

  private lose(): void {
    this.subscribed = false;
    this.history.noteAll();
  }

  private beat(listener: Redis): void {
    if (!this.subscribed) return;
    if (this.askedAt === undefined) {
      this.askedAt = performance.now();
      listener.ping().then(
        () => (this.askedAt = undefined),
        () => undefined,
      );
    } else if (performance.now() - this.askedAt > SILENT_MS) {
      this.lose();
      listener.disconnect(true);
    }
  }
}
