import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import { Counter } from 'prom-client';
import { Leases } from './leases.js';
import { MemoryWindows, type Window } from './memory-windows.js';
import { RedisWindows } from './redis-windows.js';

/** Every limit is per minute. Windows are fixed and start with their first request. */
export const WINDOW_SECONDS = 60;
const PREFIX = 'till:limit:';

const fallbacks = new Counter({
  name: 'till_throttle_fallback_total',
  help: 'Requests whose rate limits were counted in this process alone, because Redis did not answer.',
});

/** The library's record of hits; its times are whole seconds. */
export type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The limit per minute of one subject (an address, a user, an account). */
export interface Limit {
  readonly name: string;
  readonly subject: string;
  readonly perMinute: number;
  /** How many requests this one counts as; 1 by default. */
  readonly weight?: number;
}

/** Counts in Redis for all processes together; while Redis is away, in the memory of each process. */
export class WindowStorage implements ThrottlerStorage {
  private readonly shared: RedisWindows;
  private readonly leases = new Leases();
  private readonly own = new MemoryWindows();

  constructor(redis: Redis) {
    this.shared = new RedisWindows(redis);
  }

  /** Counts a request for several limits, in at most one round trip. */
  async count(limits: readonly Limit[]): Promise<ThrottlerRecord[]> {
    const keys = limits.map(({ name, subject }) => `${PREFIX}${name}:${subject}`);
    const weights = limits.map(({ weight = 1 }) => weight);
    const windows = weights.every((weight) => weight === 1)
      ? (this.leases.spend(keys) ?? (await this.countAhead(keys, limits)))
      : await this.countKeys(keys, weights);
    return windows.map((window, index) => recordOf(window, limits[index]!.perMinute));
  }

  /** Counts for one limit, as the library requires. */
  async increment(key: string, _ttl: number, limit: number): Promise<ThrottlerRecord> {
    const [window] = await this.countKeys([PREFIX + key], [1]);
    return recordOf(window!, limit);
  }

  /**
   * Counts keys in windows of any length, for all processes together; a window starts with the first count of its key. Returns
   * `undefined` while Redis is away.
   */
  countShared(keys: readonly string[], counts: readonly number[], lengthMs: number): Promise<Window[] | undefined> {
    return this.shared.count(
      keys.map((key) => PREFIX + key),
      counts,
      lengthMs,
    );
  }

  private async countAhead(keys: readonly string[], limits: readonly Limit[]): Promise<readonly Window[]> {
    const counts = keys.map((key, index) => this.leases.toCount(key, limits[index]!.perMinute));
    const shared = await this.shared.count(keys, counts, WINDOW_SECONDS * 1000);
    if (shared) return shared.map((window, index) => this.leases.keep(keys[index]!, window, counts[index]!));
    return this.countAlone(
      keys,
      keys.map(() => 1),
    );
  }

  private async countKeys(keys: readonly string[], counts: readonly number[]): Promise<readonly Window[]> {
    return (await this.shared.count(keys, counts, WINDOW_SECONDS * 1000)) ?? this.countAlone(keys, counts);
  }

  private countAlone(keys: readonly string[], counts: readonly number[]): readonly Window[] {
    fallbacks.inc();
    return keys.map((key, index) => this.own.count(key, WINDOW_SECONDS * 1000, counts[index]));
  }
}

function recordOf({ hits, endsInMs }: Window, limit: number): ThrottlerRecord {
  const timeToExpire = Math.max(1, Math.ceil(endsInMs / 1000));
  const isBlocked = hits > limit;
  return { totalHits: hits, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
}
