import type { Redis } from 'ioredis';

/** Shops by the time of their last change, in milliseconds since 1970: a sorted set that all processes of an installation share. */
const KEY = 'till:shops:changed';
/** For how long a change matters, in milliseconds: most of what follows from a request is done or due by then. */
const LATELY_MS = 1_800_000;
/** A shop that changes all the time is noted so seldom, in milliseconds. */
const NOTED_MS = 5000;

/** Which shops got requests that change something. It says whose turn comes first, and nothing depends on it: without Redis all shops have turns. */
export class ChangedShops {
  private readonly noted = new Map<string, number>();

  constructor(private readonly redis: Redis) {}

  /** Notes, in the background, that a shop changes now. */
  note(slug: string): void {
    const now = Date.now();
    if (now - (this.noted.get(slug) ?? -Infinity) < NOTED_MS) return;
    this.noted.set(slug, now);
    this.redis.zadd(KEY, now, slug).catch(() => this.noted.delete(slug)); // the next request tries again
  }

  /** The shops that changed lately; `undefined` while Redis is away. */
  async lately(): Promise<ReadonlySet<string> | undefined> {
    const since = Date.now() - LATELY_MS;
    try {
      await this.redis.zremrangebyscore(KEY, '-inf', since);
      return new Set(await this.redis.zrange(KEY, since, '+inf', 'BYSCORE'));
    } catch {
      return undefined; // its outage is logged by the connection
    }
  }
}
