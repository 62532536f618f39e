import type { Redis } from 'ioredis';
import type { Ask, Given, Returned } from './leases.js';
import type { Window } from './memory-windows.js';
import { channelOf } from '../redis/index.js';
import { COUNT, GIVE_BACK, RECALLS, takeTelling } from './window-scripts.js';

/** The pause after a failure of Redis, in milliseconds. */
const PAUSE_MS = 1000;
/** The most places that are given ahead. */
const MAX_AHEAD = 1000;

type Numbers = readonly (string | number)[];
type Counting = Redis & {
  countWindows(keyCount: number, ...keysAndArguments: Numbers): Promise<number[]>;
  takePlaces(...keysAndArguments: Numbers): Promise<[number, number, number, number, number]>;
  givePlacesBack(...keysAndArguments: Numbers): Promise<number>;
};

/** What a request wants of a limit. */
export interface Wanted {
  readonly limit: number;
  readonly places: number;
  readonly lengthMs: number;
}

/** What Redis says: the request has a place if `hits` is within the limit. */
export interface Taken extends Given {
  /** Places that processes hold ahead and may not have used. */
  readonly held: number;
}

/**
 * Counts in Redis for all processes together. After a failure, no request asks Redis until a check in the background succeeded, so an
 * outage costs one time-out and not one per request.
 */
export class RedisWindows {
  private readonly redis: Counting;
  private trusted = true;

  constructor(redis: Redis) {
    redis.defineCommand('countWindows', { lua: COUNT });
    redis.defineCommand('takePlaces', { lua: takeTelling(channelOf(redis, RECALLS)), numberOfKeys: 2 });
    redis.defineCommand('givePlacesBack', { lua: GIVE_BACK, numberOfKeys: 2 });
    this.redis = redis as Counting;
  }

  /** Counts all keys, each `counts` times, in one round trip. Returns `undefined` if Redis does not respond. */
  async count(keys: readonly string[], counts: readonly number[], lengthMs: number): Promise<Window[] | undefined> {
    const answer = await this.ask(() => this.redis.countWindows(keys.length, ...keys, lengthMs, ...counts));
    return answer && keys.map((_, index) => ({ hits: answer[2 * index]!, endsInMs: answer[2 * index + 1]! }));
  }

  /** Takes places under a limit. Returns `undefined` if Redis does not respond. */
  async take(key: string, { limit, places, lengthMs }: Wanted, { ahead, used }: Ask): Promise<Taken | undefined> {
    const wanted = [lengthMs, limit, places, ahead ? MAX_AHEAD : 0, used];
    const answer = await this.ask(() => this.redis.takePlaces(key, heldKey(key), ...wanted));
    if (!answer) return undefined;
    const [hits, endsInMs, given, held, windowId] = answer;
    return { hits, endsInMs, ahead: given, held, windowId };
  }

  /** Returns places to their limit. They are lost if Redis does not respond. */
  async giveBack(key: string, { unused, lent, windowId }: Returned): Promise<void> {
    await this.ask(() => this.redis.givePlacesBack(key, heldKey(key), unused, lent, windowId));
  }

  /** Counts the places that processes hold ahead as used. */
  async writeOff(key: string): Promise<void> {
    await this.ask(() => this.redis.del(heldKey(key)));
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (!this.trusted || this.redis.status !== 'ready') return undefined;
    try {
      return await question();
    } catch {
      this.pause();
      return undefined;
    }
  }

  private pause(): void {
    if (!this.trusted) return;
    this.trusted = false;
    this.checkLater();
  }

  private checkLater(): void {
    setTimeout(() => void this.check(), PAUSE_MS).unref();
  }

  private async check(): Promise<void> {
    if (this.redis.status === 'end') return;
    try {
      await this.redis.ping();
      this.trusted = true;
    } catch {
      // A connection that is silent may be dead without knowing it; a new one will tell.
      if (this.redis.status === 'ready') this.redis.disconnect(true);
      this.checkLater();
    }
  }
}

function heldKey(key: string): string {
  return `${key}:held`;
}
