import type { Redis } from 'ioredis';
import type { Window } from './memory-windows.js';

/**
 * Counts each key `count` times. Returns hits and milliseconds until the end of the window for each. The window starts with its first
 * hit; a key without an expiry (which should not exist) gets one.
 */
const COUNT = `
  local answer = {}
  for i, key in ipairs(KEYS) do
    local hits = redis.call('INCRBY', key, ARGV[i + 1])
    local left = hits == tonumber(ARGV[i + 1]) and -1 or redis.call('PTTL', key)
    if left < 0 then
      redis.call('PEXPIRE', key, ARGV[1])
      left = tonumber(ARGV[1])
    end
    answer[2 * i - 1] = hits
    answer[2 * i] = left
  end
  return answer`;

/** The pause after a failure of Redis, in milliseconds. */
const PAUSE_MS = 1000;

type Counting = Redis & { countWindows(keyCount: number, ...keysAndArguments: (string | number)[]): Promise<number[]> };

/**
 * Counts in Redis for all processes together. After a failure, no request asks Redis until a check in the background succeeded, so an
 * outage costs one time-out and not one per request.
 */
export class RedisWindows {
  private readonly redis: Counting;
  private trusted = true;

  constructor(redis: Redis) {
    redis.defineCommand('countWindows', { lua: COUNT });
    this.redis = redis as Counting;
  }

  /** Counts all keys, each `counts` times, in one round trip. Returns `undefined` if Redis does not respond. */
  async count(keys: readonly string[], counts: readonly number[], lengthMs: number): Promise<Window[] | undefined> {
    if (!this.trusted || this.redis.status !== 'ready') return undefined;
    try {
      const answer = await this.redis.countWindows(keys.length, ...keys, lengthMs, ...counts);
      return keys.map((_, index) => ({ hits: answer[2 * index]!, endsInMs: answer[2 * index + 1]! }));
    } catch {
      this.pause();
      return undefined;
    }
  }

  private pause(): void {
    if (!this.trusted) return;
    this.trusted = false;
    this.askLater();
  }

  private askLater(): void {
    setTimeout(() => void this.ask(), PAUSE_MS).unref();
  }

  private async ask(): Promise<void> {
    if (this.redis.status === 'end') return;
    try {
      await this.redis.ping();
      this.trusted = true;
    } catch {
      // A connection that is silent may be dead without knowing it; a new one will tell.
      if (this.redis.status === 'ready') this.redis.disconnect(true);
      this.askLater();
    }
  }
}
