import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import type { Config } from '../config/index.js';
import { DatabaseUnavailable, type Shop } from '../database/index.js';
import { ShopSuspended, SUSPENDED } from '../health/index.js';
import type { Entrance } from '../http/index.js';
import { currentShop } from '../metrics/index.js';
import { hearOfChanges, noteChange } from '../schedule/index.js';
import type { HostNames } from './addressed-shop.js';
import { ChangedShops } from './changed-shops.js';
import { grantHosts } from './granted-hosts.js';
import { HeardChanges } from './heard-changes.js';
import { KnownShops } from './known-shops.js';
import { RunningShops } from './running-shops.js';
import { shopEntrance } from './shop-entrance.js';
import { type HostedShop, ShopStarter, type StarterParts } from './shop-starter.js';
import { UnknownShop } from './shops.errors.js';
import type { ShopsSettings } from './shops.settings.js';
import { WorkerTurns } from './worker-turns.js';

export interface HostParts extends StarterParts {
  /** The configuration of the process, and so of the default shop. */
  readonly config: Config;
  readonly settings: ShopsSettings;
  /** How many further shops the process holds at once. */
  readonly places: number;
  /** Whether each shop runs all the time, as a worker must, or from its first request on. */
  readonly startsAll: boolean;
}

/**
 * The further shops of one process. Each is an application of its own, with its own container, connections, caches and keys in Redis, so nothing that one
 * knows can reach another.
 */
export class ShopHost {
  private readonly running: RunningShops<HostedShop>;
  private readonly known: KnownShops;
  private readonly starter: ShopStarter;
  /** Of a worker. */
  private readonly turns: WorkerTurns | undefined;
  private readonly hosts: HostNames & { own: ReadonlyMap<string, string> };
  private changes: ChangedShops | undefined;
  private heard: HeardChanges | undefined;
  /** Why shops do not have the host names that their files ask for, by slug. */
  private refusedHosts: ReadonlyMap<string, string> = new Map();
  private isEnding = false;

  constructor(private readonly parts: HostParts) {
    const { config, settings } = parts;
    this.hosts = { domain: settings.domain, own: new Map(), common: new URL(config.http.publicUrl).hostname };
    const isEnding = () => this.isEnding;
    this.starter = new ShopStarter(parts, (slug) => this.refusedHosts.get(slug), isEnding);
    this.running = new RunningShops(
      (slug) => this.starter.prepare(slug),
      parts.places,
      (slug, err) => parts.logger.error('a shop did not end in order', { shop: slug, err }),
    );
    const { running } = this;
    this.turns = parts.startsAll
      ? new WorkerTurns({ running, places: parts.places, changes: () => this.changes, isEnding })
      : undefined;
    this.known = new KnownShops(config.database.url, {
      changed: (shops) => this.update(shops),
      failed: (err) => parts.logger.warn('the directory of shops could not be read', { err }),
    });
  }

  /** Begins to know which shops there are. `app` is the application of the default one. */
  begin(app: NestFastifyApplication): Promise<void> {
    const redis = app.get(Redis, { strict: false });
    this.changes = new ChangedShops(redis);
    if (this.parts.startsAll) this.hear(redis);
    return this.known.begin();
  }

  /** Hands requests to the applications of their shops. */
  get entrance(): Entrance {
    const { running, hosts } = this;
    return shopEntrance({
      running,
      hosts,
      assertServed: (slug) => this.assertServed(slug),
      changes: (slug) => this.changes?.note(slug),
      isEnding: () => this.isEnding,
      publicUrl: this.parts.config.http.publicUrl,
    });
  }

  /**
   * Takes an error that nobody caught, in the scope of whoever threw it. One of a further shop ends the application of that shop, whose state nobody
   * knows any more, and it starts anew; all others go on. Returns whether it was one.
   */
  caught(error: unknown): boolean {
    const slug = currentShop();
    if (slug === undefined || this.isEnding) return false;
    void this.running.crash(slug, this.starter.crashed(slug, error));
    return true;
  }

  /** The process is about to end: shops say so to their clients. */
  drain(): void {
    this.isEnding = true;
    this.known.end();
    for (const shop of this.running.running) shop.drain();
  }

  /** Ends all applications. */
  async close(): Promise<void> {
    this.known.end();
    this.heard?.end();
    await this.running.endAll();
  }

  /** Shops of which this worker hears nothing are quiet. */
  private hear(redis: Redis): void {
    const missed = () => this.running.slugs.forEach((slug) => noteChange(slug));
    const heard = new HeardChanges(redis, (slug) => this.running.find(slug) && noteChange(slug), missed);
    hearOfChanges(() => heard.isLive);
    this.heard = heard;
  }

  private async assertServed(slug: string): Promise<void> {
    const shop = await this.known.find(slug);
    if (shop === 'unread') throw new DatabaseUnavailable(undefined);
    if (!shop) throw new UnknownShop(slug);
    if (shop.status === 'suspended') throw new ShopSuspended(SUSPENDED);
  }

  private update(shops: readonly Shop[]): void {
    this.hosts.own = this.ownHosts(shops);
    const served = new Set(shops.filter(({ status }) => status === 'active').map(({ slug }) => slug));
    for (const slug of this.starter.changedSince(served)) this.running.retry(slug);
    for (const slug of this.running.slugs) {
      const [version, now] = [this.running.find(slug)?.version, this.parts.environments.versionOf(slug)];
      const isChanged = version !== undefined && now !== undefined && version !== now;
      if (!served.has(slug) || isChanged) void this.running.end(slug);
    }
    this.turns?.look([...served]);
  }

  /** The host names that shops have in files of their own. Says once which ones they can't have. */
  private ownHosts(shops: readonly Shop[]): ReadonlyMap<string, string> {
    const { environments, logger } = this.parts;
    const wanted = shops.map(({ slug }) => [slug, environments.hostOf(slug)] as const);
    const { own, refused } = grantHosts(wanted, this.hosts);
    for (const { slug, reason } of refused) {
      if (this.refusedHosts.get(slug) !== reason) logger.error('a setting of a shop is wrong', { shop: slug, reason });
    }
    this.refusedHosts = new Map(refused.map(({ slug, reason }) => [slug, reason]));
    return own;
  }
}
