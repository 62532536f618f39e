import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { DomainError, NotFound } from '../../shared/errors.js';
import { Config } from '../config/index.js';
import { Logger, reasonOf } from '../logging/index.js';
import { lasting, logOutages, openRedis } from '../redis/index.js';
import type { Board, BoardAnswer } from './board.js';

/** Where it is served. */
export const ROOT = '/admin/queues';
/** The token of the names of the queues. */
export const QUEUE_NAMES = Symbol('names of queues');
/** Redis answers in this time or not at all, in milliseconds. */
const ANSWER_MS = 3000;

/** Redis does not say what its queues hold. */
class QueuesUnreadable extends DomainError {
  readonly code = 'queues_unreadable';
  readonly kind = 'unavailable';

  constructor() {
    super(
      'Redis does not say what its queues hold. Events go to their consumers without it; `till queues` shows what waits.',
    );
  }
}

/** The queues in Redis, as bull-board shows them. Loads it when somebody asks for the first time. */
@Injectable()
export class QueueBoard implements OnApplicationShutdown {
  private board: Promise<Board> | undefined;
  private redis: Redis | undefined;

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
    @Inject(QUEUE_NAMES) private readonly names: readonly string[],
  ) {}

  /** Returns the page. @throws NotFound */
  async page(place: string): Promise<string> {
    const page = (await this.loaded()).page(place);
    if (!page) throw new NotFound('page');
    return filled(await readFile(page.file, 'utf8'), page.values);
  }

  /** Returns a file of the page. @throws NotFound */
  async file(place: string) {
    const file = (await this.loaded()).file(place);
    if (file === undefined) throw new NotFound('file');
    return createReadStream(file);
  }

  /** Returns what the API of the board says. @throws NotFound, QueuesUnreadable */
  async read(place: string, query: Readonly<Record<string, string>>): Promise<BoardAnswer> {
    const answer = (await this.loaded()).read(place, query);
    if (!answer) throw new NotFound('route');
    const timer = new AbortController();
    const late = delay(ANSWER_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    const read = await Promise.race([answer.catch((error: unknown) => this.fail(error)), late]);
    timer.abort();
    if (!read) throw new QueuesUnreadable();
    return read;
  }

  /** A time-out says nothing here: what is wrong with the connection is logged by itself. */
  private fail(error: unknown): undefined {
    this.logger.warn('the page of queues was not read', { reason: reasonOf(error) });
  }

  onApplicationShutdown(): void {
    this.redis?.removeAllListeners('end');
    this.redis?.disconnect();
  }

  private loaded(): Promise<Board> {
    this.board ??= import('./board.js').then(({ makeBoard }) =>
      makeBoard({ names: this.names, prefix: `${this.config.redis.prefix}till`, root: ROOT }, () => this.connect()),
    );
    return this.board;
  }

  private connect(): Redis {
    // Bull demands both: its commands wait for Redis.
    this.redis = openRedis(this.config.redis, { ...lasting, maxRetriesPerRequest: null, enableReadyCheck: false });
    logOutages(this.redis, this.logger, 'queue-board');
    return this.redis;
  }
}

/** The page is a template of EJS with nothing but values in it, one of them JSON. Fonts of another server are left out, as the policy does. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  const local = template.replaceAll(/<link href="https:[^>]*>/g, '');
  return local.replaceAll(/<%([=-]) (\w+) %>/g, (_, kind: string, name: string) => {
    const value = String(values[name] ?? '');
    return kind === '-' ? value : value.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  });
}
