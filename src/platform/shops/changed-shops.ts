import type { Redis } from 'ioredis';

/** Shops by the time of their last change, in milliseconds since 1970: a sorted set that all processes of an installation share. */
const CHANGED = 'till:shops:changed';
/** Shops by the time at which a worker last ended their turn. */
const WORKED = 'till:shops:worked';
/** The channel on which workers hear the slug of a shop that changes. */
export const CHANGES = 'till:shops:changes';
/** For how long a change matters after a worker had the shop, in milliseconds: most of what follows from a request is done or due by then. */
const LATELY_MS = 1_800_000;
/** How often to note the same shop at most, in milliseconds: a worker takes it for busy for longer. */
export const NOTED_MS = 5000;
/** How long shops are remembered, in milliseconds. */
const KEPT_MS = 30 * 86_400_000;

/** What is known of the shops of an installation, by slug. */
export interface ShopTimes {
  /** Those that changed lately, or since a worker last had them. */
  readonly changed: ReadonlySet<string>;
  /** How long ago a worker last had them, in milliseconds. */
  readonly workedAgoMs: ReadonlyMap<string, number>;
}

/** Notes which shops got requests that change something. A worker chooses by it whose turn is next; without Redis all shops count as changed. */
export class ChangedShops {
  private readonly noted = new Map<string, number>();

  constructor(private readonly redis: Redis) {}

  /** Notes, in the background, that a shop changes now. */
  note(slug: string): void {
    const now = Date.now();
    if (now - (this.noted.get(slug) ?? -Infinity) < NOTED_MS) return;
    this.noted.set(slug, now);
    const noted = [this.redis.zadd(CHANGED, now, slug), this.redis.publish(CHANGES, slug)];
    Promise.all(noted).catch(() => this.noted.delete(slug)); // the next request tries again
  }

  /** Notes, in the background, that a worker has ended the turn of a shop. */
  worked(slug: string): void {
    this.redis.zadd(WORKED, Date.now(), slug).catch(() => undefined); // the shop has a turn too many
  }

  /** Returns `undefined` while Redis is away. */
  async times(): Promise<ShopTimes | undefined> {
    try {
      const [changed, worked] = [await this.timesOf(CHANGED), await this.timesOf(WORKED)];
      const now = Date.now();
      const isDue = ([slug, at]: readonly [string, number]) => at >= now - LATELY_MS || at > (worked.get(slug) ?? 0);
      return {
        changed: new Set([...changed].filter(isDue).map(([slug]) => slug)),
        workedAgoMs: new Map([...worked].map(([slug, at]) => [slug, Math.max(0, now - at)])),
      };
    } catch {
      return undefined; // its outage is logged by the connection
    }
  }

  private async timesOf(key: string): Promise<ReadonlyMap<string, number>> {
    await this.redis.zremrangebyscore(key, '-inf', Date.now() - KEPT_MS);
    const pairs = await this.redis.zrange(key, 0, -1, 'WITHSCORES');
    return new Map(pairs.flatMap((slug, index) => (index % 2 === 0 ? [[slug, Number(pairs[index + 1])]] : [])));
  }
}
