import { Logger as NestLogger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '../../shared/errors.js';
import { type Config, InvalidConfig } from '../config/index.js';
import { assertReady, Draining, NotReady, ShopSuspended, SUSPENDED } from '../health/index.js';
import type { Logger } from '../logging/index.js';
import { forgetShop, gauge, inShop } from '../metrics/index.js';
import { forgetChanges, noteChange } from '../schedule/index.js';
import type { Start } from './running-shops.js';
import type { ShopEnvironments } from './shop-environment.js';
import type { ServingShop } from './shop-entrance.js';
import { routeTo } from './shop-route.js';
import { ShopUnavailable } from './shops.errors.js';

/** For how long a failure counts in the metric, in milliseconds: less than the alert waits. */
const UNAVAILABLE_MS = 120_000;

export interface HostedShop extends ServingShop {
  /** Of the files that its configuration comes from. */
  readonly version: string | undefined;
}

export interface StarterParts {
  readonly environments: ShopEnvironments;
  /** Reads the configuration of a further shop. */
  loadConfig(environment: Readonly<Record<string, string | undefined>>): Config;
  /** Makes the application of a further shop, which does not listen. */
  createApp(config: Config): Promise<NestFastifyApplication>;
  readonly logger: Logger;
}

interface Failure {
  /** By `performance.now()`. */
  readonly at: number;
  /** Of the files that the shop had. */
  readonly version: string | undefined;
}

/** Starts the applications of further shops, says why one can't start, and knows which ones could not lately. */
export class ShopStarter {
  private readonly failures = new Map<string, Failure>();

  constructor(
    private readonly parts: StarterParts,
    /** Why a shop can't have the host name that its file asks for. */
    private readonly refusedHost: (slug: string) => string | undefined,
    private readonly isEnding: () => boolean,
  ) {
    const help = 'Shops that could not be started when that was last tried, in the last two minutes.';
    gauge('till_shops_unavailable', help, [], (set) => set({}, this.countUnavailable()));
  }

  /** Checks what needs no application: the settings of a shop and its database. */
  async prepare(slug: string): Promise<Start<HostedShop>> {
    const { environments, loadConfig } = this.parts;
    const version = environments.versionOf(slug);
    const config = await this.attempt(slug, version, async () => {
      const loaded = loadConfig(environments.of(slug));
      const refused = this.refusedHost(slug);
      if (refused !== undefined) throw new InvalidConfig([refused]);
      await assertReady(loaded.database.url);
      return loaded;
    });
    return () => this.attempt(slug, version, () => this.startApp(slug, version, config));
  }

  /** An application has ended by an error that nobody caught. */
  crashed(slug: string, error: unknown): DomainError {
    this.failures.set(slug, { at: performance.now(), version: this.parts.environments.versionOf(slug) });
    this.parts.logger.error('an error that nobody caught ends the application of a shop', { shop: slug, err: error });
    return new ShopUnavailable('This shop is starting anew. Repeat the request.');
  }

  /** A failure that nobody has met again for a while says nothing of the shop as it is now. */
  private countUnavailable(): number {
    return [...this.failures.values()].filter(({ at }) => performance.now() - at < UNAVAILABLE_MS).length;
  }

  /** Forgets shops that are not served any more, and returns those whose files have changed since they failed. */
  changedSince(served: ReadonlySet<string>): readonly string[] {
    for (const slug of this.failures.keys()) if (!served.has(slug)) this.failures.delete(slug);
    const isChanged = ([slug, { version }]: readonly [string, Failure]) =>
      version !== this.parts.environments.versionOf(slug);
    return [...this.failures].filter(isChanged).map(([slug]) => slug);
  }

  private async attempt<R>(slug: string, version: string | undefined, work: () => Promise<R>): Promise<R> {
    noteChange(slug); // what waits since it last ran is done at once
    try {
      return await inShop(slug, work);
    } catch (error) {
      this.failures.set(slug, { at: performance.now(), version });
      forget(slug);
      throw this.explained(slug, error);
    }
  }

  private async startApp(slug: string, version: string | undefined, config: Config): Promise<HostedShop> {
    const app = await this.parts.createApp(config);
    // The loggers of Nest's own classes are those of the application that started last: let their lines name no shop rather than a wrong one.
    NestLogger.overrideLogger(this.parts.logger);
    const route = routeTo(app);
    try {
      await app.init();
      await route.ready();
    } catch (error) {
      await app.close().catch(() => undefined); // what has begun already would go on for ever
      throw error;
    }
    const draining = app.get(Draining, { strict: false });
    if (this.isEnding()) draining.begin();
    this.failures.delete(slug);
    this.parts.logger.info('serving a shop', { shop: slug, url: config.http.publicUrl });
    return {
      version,
      drain: () => draining.begin(),
      close: () => inShop(slug, () => app.close()).finally(() => forget(slug)),
      route: route.route,
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

/** Forgets what the process knows of an application that has ended. */
function forget(slug: string): void {
  forgetShop(slug);
  forgetChanges(slug);
}
