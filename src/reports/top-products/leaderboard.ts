import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { ProductId } from '../../shared/ids.js';

/** How far the log was counted: the position and the event there, and whether that was once the end of the log. */
export interface Counted {
  /** The name of one count from the beginning; its days are apart from those of another. */
  readonly generation: string;
  readonly position: number;
  readonly eventId: string;
  readonly complete: boolean;
}

/** Pieces of a product on a day of UTC, `YYYY-MM-DD`. */
export interface Units {
  readonly day: string;
  readonly productId: ProductId;
  readonly units: number;
}

const STATE = 'till:top-products';
const dayKey = (generation: string, day: string) => `${STATE}:${generation}:${day}`;
/** A day is asked for until it is 90 days old. */
const KEPT_SECONDS = 93 * 86_400;

/**
 * Adds pieces and moves the state in one step, if nobody else moved it since it was read: what is tried twice, or by two workers, counts
 * once. KEYS: the state, then the days. ARGV: generation and position before, generation, position, event and completeness after, the
 * seconds; then for each product the place of its day in KEYS, its id and the pieces.
 */
const ADD = `
  local before = redis.call('HMGET', KEYS[1], 'generation', 'position')
  if (before[1] or '') ~= ARGV[1] or (before[2] or '') ~= ARGV[2] then return 0 end
  for i = 8, #ARGV, 3 do redis.call('ZINCRBY', KEYS[tonumber(ARGV[i])], ARGV[i + 2], ARGV[i + 1]) end
  for i = 2, #KEYS do redis.call('EXPIRE', KEYS[i], ARGV[7]) end
  redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'position', ARGV[4], 'event', ARGV[5], 'complete', ARGV[6])
  return 1`;

type Scripted = Redis & {
  addTopProducts(keyCount: number, ...keysAndArguments: readonly (string | number)[]): Promise<number>;
};

/** Which products sold how many pieces on which day, in sorted sets of Redis beside how far the log was counted. */
@Injectable()
export class Leaderboard {
  private readonly redis: Scripted;

  constructor(@Inject(Redis) redis: Redis) {
    redis.defineCommand('addTopProducts', { lua: ADD });
    this.redis = redis as Scripted;
  }

  /** Returns how far the log was counted; `undefined` if Redis has nothing. @throws if Redis does not respond */
  async counted(): Promise<Counted | undefined> {
    const { generation, position, event = '', complete } = await this.redis.hgetall(STATE);
    if (generation === undefined || position === undefined) return undefined;
    return { generation, position: Number(position), eventId: event, complete: complete === '1' };
  }

  /**
   * Counts these pieces, if the log is still counted up to `before`; without it, a count begins. Returns whether it was.
   * @throws if Redis does not respond
   */
  async add(
    before: Counted | undefined,
    after: Omit<Counted, 'generation'>,
    units: readonly Units[],
  ): Promise<boolean> {
    const generation = before?.generation ?? randomUUID();
    const days = [...new Set(units.map(({ day }) => day))];
    const keys = [STATE, ...days.map((day) => dayKey(generation, day))];
    const from = before === undefined ? ['', ''] : [before.generation, before.position];
    const to = [generation, after.position, after.eventId, after.complete ? 1 : 0, KEPT_SECONDS];
    const pieces = units.flatMap(({ day, productId, units: count }) => [days.indexOf(day) + 2, productId, count]);
    return (await this.redis.addTopProducts(keys.length, ...keys, ...from, ...to, ...pieces)) === 1;
  }

  /** Forgets how far the log was counted, so that it is counted anew. Days of the count before expire by themselves. */
  async forget(): Promise<void> {
    await this.redis.del(STATE);
  }

  /**
   * Returns the products with the most pieces on these days; `undefined` while not everything is counted.
   * @throws if Redis does not respond
   */
  async best(days: readonly string[], limit: number): Promise<{ productId: ProductId; units: number }[] | undefined> {
    const counted = await this.counted();
    if (!counted?.complete) return undefined;
    const sum = `${STATE}:sum:${randomUUID()}`;
    const keys = days.map((day) => dayKey(counted.generation, day));
    const answers = await this.redis
      .multi()
      .zunionstore(sum, keys.length, ...keys)
      .zrevrange(sum, 0, limit - 1, 'WITHSCORES')
      .del(sum)
      .exec();
    const [failed, flat] = answers![1] as [unknown, string[]];
    if (failed) throw failed as Error;
    return Array.from({ length: flat.length / 2 }, (_, index) => {
      return { productId: flat[2 * index] as ProductId, units: Number(flat[2 * index + 1]) };
    });
  }
}
