import type { Redis } from 'ioredis';
import type { Window } from './memory-windows.js';

/**
 * Counts each key so many times, and answers hits and milliseconds to the window's end for each. The window begins with its
 * first hit; a key without an end (nobody should have made one) gets one.
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

/** How long Redis is left alone after it failed, in milliseconds. */
const PAUSE_MS = 1000;

type Counting = Redis & { countWindows(keyCount: number, ...keysAndArguments: (string | number)[]): Promise<number[]> };

/**
 * Counts in Redis, for all processes together. After a failure no request asks until Redis has answered a question in
 * the background: an outage costs one timeout, not one for each request.
 */
export class RedisWindows {
  private readonly redis: Counting;
  private trusted = true;

  constructor(redis: Redis) {
    redis.defineCommand('countWindows', { lua: COUNT });
    this.redis = redis as Counting;
  }

  /** All keys, each `counts` times, in one round trip; `undefined` when Redis does not answer. */
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
