import { Logger as NestLogger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { type Config, InvalidConfig } from '../config/index.js';
import { DatabaseUnavailable, type Shop } from '../database/index.js';
import { assertReady, Draining, NotReady, ShopSuspended, SUSPENDED } from '../health/index.js';
import type { Entrance } from '../http/index.js';
import type { Logger } from '../logging/index.js';
import { forgetShop, gauge, inShop } from '../metrics/index.js';
import { DomainError } from '../../shared/errors.js';
import type { HostNames } from './addressed-shop.js';
import { ChangedShops } from './changed-shops.js';
import { grantHosts } from './granted-hosts.js';
import { KnownShops } from './known-shops.js';
import { RunningShops } from './running-shops.js';
import type { ShopEnvironments } from './shop-environment.js';
import { type ServingShop, shopEntrance } from './shop-entrance.js';
import { ShopTurns } from './shop-turns.js';
import { ShopUnavailable, UnknownShop } from './shops.errors.js';
import type { ShopsSettings } from './shops.settings.js';

/** For how long a failed start counts in the metric, in milliseconds: less than the alert waits. */
const UNAVAILABLE_MS = 120_000;

export interface HostParts {
  /** The configuration of the process, and so of the default shop. */
  readonly config: Config;
  readonly settings: ShopsSettings;
  readonly environments: ShopEnvironments;
  /** Reads the configuration of a further shop. */
  loadConfig(environment: Readonly<Record<string, string | undefined>>): Config;
  /** Makes the application of a further shop, which does not listen. */
  createApp(config: Config): Promise<NestFastifyApplication>;
  /** Whether each shop runs all the time, as a worker must, or from its first request on. */
  readonly startsAll: boolean;
  readonly logger: Logger;
}

interface HostedShop extends ServingShop {
  /** Of the files that its configuration comes from. */
  readonly version: string;
}

/**
 * The further shops of one process. Each is an application of its own, with its own container, connections, caches and keys in Redis, so nothing that one
 * knows can reach another.
 */
export class ShopHost {
  private readonly running: RunningShops<HostedShop>;
  private readonly known: KnownShops;
  private readonly turns: ShopTurns;
  private readonly hosts: HostNames & { own: ReadonlyMap<string, string> };
  private changes: ChangedShops | undefined;
  /** Why shops do not have the host names that their files ask for, by slug. */
  private refusedHosts: ReadonlyMap<string, string> = new Map();
  /** When the last start of a shop failed, by `performance.now()`. */
  private readonly failedAt = new Map<string, number>();
  private isEnding = false;
  private isWorking: Promise<void> | undefined;

  constructor(private readonly parts: HostParts) {
    const { config, settings } = parts;
    this.hosts = { domain: settings.domain, own: new Map(), common: new URL(config.http.publicUrl).hostname };
    this.turns = new ShopTurns(settings.inMemory);
    this.running = new RunningShops(
      (slug) => this.start(slug),
      settings.inMemory,
      (slug, err) => parts.logger.error('a shop did not end in order', { shop: slug, err }),
    );
    const help = 'Shops that could not be started when that was last tried, in the last two minutes.';
    gauge('till_shops_unavailable', help, [], (set) => set({}, this.countUnavailable()));
    this.known = new KnownShops(config.database.url, {
      changed: (shops) => this.update(shops),
      failed: (err) => parts.logger.warn('the directory of shops could not be read', { err }),
    });
  }

  /** Begins to know which shops there are. `app` is the application of the default one. */
  begin(app: NestFastifyApplication): Promise<void> {
    this.changes = new ChangedShops(app.get(Redis, { strict: false }));
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

  /** The process is about to end: shops say so to their clients. */
  drain(): void {
    this.isEnding = true;
    this.known.end();
    for (const shop of this.running.running) shop.drain();
  }

  /** Ends all applications. */
  async close(): Promise<void> {
    this.known.end();
    await this.running.endAll();
  }

  /** A failure that nobody has met again for a while says nothing of the shop as it is now. */
  private countUnavailable(): number {
    return [...this.failedAt.values()].filter((at) => performance.now() - at < UNAVAILABLE_MS).length;
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
    for (const slug of this.failedAt.keys()) if (!served.has(slug)) this.failedAt.delete(slug);
    for (const slug of this.running.slugs) {
      const version = this.running.find(slug)?.version;
      const isChanged = version !== undefined && version !== this.parts.environments.versionOf(slug);
      if (!served.has(slug) || isChanged) void this.running.end(slug);
    }
    if (this.parts.startsAll) this.isWorking ??= this.work([...served]).finally(() => (this.isWorking = undefined));
  }

  /** Gives each shop its turn. One that can't start is tried again when its turn comes. */
  private async work(shops: readonly string[]): Promise<void> {
    const changed = (await this.changes?.lately()) ?? new Set(shops);
    const { begin, end } = this.turns.next(shops, this.running.slugs, changed);
    for (const slug of end) void this.running.end(slug).then(() => this.changes?.worked(slug));
    for (const slug of begin) {
      if (this.isEnding) return;
      await this.running.ready(slug).catch(() => undefined); // `start` has said why
    }
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

  private async start(slug: string): Promise<HostedShop> {
    try {
      const shop = await inShop(slug, () => this.startApp(slug));
      this.failedAt.delete(slug);
      return shop;
    } catch (error) {
      this.failedAt.set(slug, performance.now());
      forgetShop(slug);
      throw this.explained(slug, error);
    }
  }

  private async startApp(slug: string): Promise<HostedShop> {
    const { environments } = this.parts;
    const version = environments.versionOf(slug);
    const config = this.parts.loadConfig(environments.of(slug));
    const refused = this.refusedHosts.get(slug);
    if (refused !== undefined) throw new InvalidConfig([refused]);
    await assertReady(config.database.url);
    const app = await this.parts.createApp(config);
    // The loggers of Nest's own classes are those of the application that started last: let their lines name no shop rather than a wrong one.
    NestLogger.overrideLogger(this.parts.logger);
    const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    try {
      await app.init();
      await fastify.ready();
    } catch (error) {
      await app.close().catch(() => undefined); // what has begun already would go on for ever
      throw error;
    }
    const draining = app.get(Draining, { strict: false });
    if (this.isEnding) draining.begin();
    this.parts.logger.info('serving a shop', { shop: slug, url: config.http.publicUrl });
    return {
      version,
      drain: () => draining.begin(),
      close: () => inShop(slug, () => app.close()).finally(() => forgetShop(slug)),
      route: (request, response) => fastify.routing(request, response),
    };
  }

  /** Tells the operator why a shop does not start, and clients no more than they may know. */
  private explained(slug: string, error: unknown): DomainError {
    const { logger } = this.parts;
    if (error instanceof NotReady) {
      logger.warn("a shop can't be served", { shop: slug, reason: error.message });
      return error.message === SUSPENDED ? new ShopSuspended(SUSPENDED) : new ShopUnavailable(error.message);
    }
    if (error instanceof DomainError) return error;
    const problems = error instanceof InvalidConfig ? error.problems : undefined;
    for (const problem of problems ?? []) logger.error('a setting of a shop is wrong', { shop: slug, reason: problem });
    if (!problems) logger.error("a shop can't be served", { shop: slug, err: error });
    return new ShopUnavailable(
      problems
        ? 'The settings of this shop are wrong: the log of the process says which.'
        : "This shop can't be started: the log of the process says why.",
    );
  }
}
