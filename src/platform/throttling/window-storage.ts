import { setTimeout } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import { Counter } from 'prom-client';
import { LeaseRecalls } from './lease-recalls.js';
import { type Ask, Leases } from './leases.js';
import { MemoryWindows, type Window } from './memory-windows.js';
import { RedisWindows, type Taken, type Wanted } from './redis-windows.js';

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

/** What a request asks for that gets nothing ahead. */
const ALONE: Ask = { ahead: false, used: 0 };
/** How long a request without a place waits for those that other processes hold, in milliseconds: twice at most. */
const RECALL_MS = [30, 100] as const;

/** Counts in Redis for all processes together; while Redis is away, in the memory of each process. */
export class WindowStorage implements ThrottlerStorage, OnApplicationShutdown {
  private readonly shared: RedisWindows;
  private readonly leases = new Leases();
  private readonly recalls: LeaseRecalls;
  private readonly own = new MemoryWindows();

  constructor(redis: Redis) {
    this.shared = new RedisWindows(redis);
    this.recalls = new LeaseRecalls(redis, (key) => void this.giveBack(key));
  }

  onApplicationShutdown(): void {
    this.recalls.close();
  }

  /**
   * Counts a request for a limit; it does not count when the limit refuses it. Returns at once when this process holds a place for it, as
   * for most requests.
   */
  countOne({ name, subject, perMinute, weight = 1 }: Limit): ThrottlerRecord | Promise<ThrottlerRecord> {
    const key = `${PREFIX}${name}:${subject}`;
    const held = weight === 1 ? this.leases.spend(key) : undefined;
    if (held) return recordOf(held, perMinute);
    return this.take(key, perMinute, weight).then((window) => recordOf(window, perMinute));
  }

  /** Counts for one limit, as the library requires. */
  async increment(key: string, _ttl: number, limit: number): Promise<ThrottlerRecord> {
    return recordOf(await this.take(PREFIX + key, limit, 1), limit);
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

  /** Returns the window with the request in it: beyond the limit if the request has no place. */
  private async take(key: string, limit: number, places: number): Promise<Window> {
    const wanted = { limit, places, lengthMs: WINDOW_SECONDS * 1000 };
    const asked = this.leases.ask(key);
    const taken = await this.shared.take(key, wanted, asked);
    if (!taken) {
      this.leases.giveUp(key, asked);
      fallbacks.inc();
      return this.own.count(key, wanted.lengthMs, places);
    }
    if (taken.hits > limit) {
      this.leases.giveUp(key, asked);
      return taken.held > 0 ? this.takeRecalled(key, wanted, taken) : taken;
    }
    this.leases.keep(key, asked, taken);
    if (taken.ahead > 0) this.recalls.listen();
    return { hits: taken.hits - taken.ahead, endsInMs: taken.endsInMs };
  }

  /**
   * The limit is used up, except for places that processes hold. They have been asked to return them; a process that does not has died, or
   * has no connection, and its places count as used.
   */
  private async takeRecalled(key: string, wanted: Wanted, refused: Taken): Promise<Window> {
    let last = refused;
    for (const ms of RECALL_MS) {
      await setTimeout(ms);
      const taken = await this.shared.take(key, wanted, ALONE);
      if (!taken) return last;
      last = taken;
      if (taken.hits <= wanted.limit || taken.held === 0) return last;
    }
    await this.shared.writeOff(key);
    return last;
  }

  private async giveBack(key: string): Promise<void> {
    const returned = this.leases.takeBack(key);
    if (returned) await this.shared.giveBack(key, returned);
  }
}

function recordOf({ hits, endsInMs }: Window, limit: number): ThrottlerRecord {
  const timeToExpire = Math.max(1, Math.ceil(endsInMs / 1000));
  const isBlocked = hits > limit;
  return { totalHits: hits, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
}
