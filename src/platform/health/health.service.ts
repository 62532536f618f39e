import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Redis } from 'ioredis';
import { Config } from '../config/index.js';
import { Logger, reasonOf } from '../logging/index.js';
import { DatabaseProbe } from './database-probe.js';
import { Draining } from './draining.js';
import type { HealthCheckView, HealthView } from './health.view.js';
import { NotReady } from './not-ready.js';

/** The time limit of a probe, in milliseconds: it must respond even if the servers do not. */
const TIMEOUT_MS = 800;
/** How long a result is reused, in milliseconds, so that probes cause no load. */
const CACHE_MS = 1000;
/** How long silence is tolerated before it counts as an outage, in milliseconds. */
const SILENCE_MS = 3000;

interface Found {
  readonly database: HealthCheckView;
  readonly redis: HealthCheckView;
  /** The time of the result, by `performance.now()`. */
  readonly at: number;
}

@Injectable()
export class HealthService implements OnApplicationShutdown {
  private readonly down = new Set<string>();
  private readonly lastUp = new Map<string, number>();
  private latest: Found | undefined;
  private asking: Promise<Found> | undefined;
  private readonly database: DatabaseProbe;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly redis: Redis,
    private readonly draining: Draining,
    private readonly logger: Logger,
    config: Config,
  ) {
    this.database = new DatabaseProbe(config.database.url);
  }

  /**
   * Responds within a second, and usually immediately, with the result of the last three seconds while a new check runs: proxies
   * take a server with slow probes as down.
   */
  async check(): Promise<HealthView> {
    this.asking ??= this.askAll().finally(() => (this.asking = undefined));
    const isFresh = this.latest && performance.now() - this.latest.at < SILENCE_MS;
    const { database, redis } = isFresh ? this.latest! : await this.asking;
    const isDraining = this.draining.hasBegun;
    const status =
      database.status === 'down' || isDraining ? 'unavailable' : redis.status === 'down' ? 'degraded' : 'ok';
    const reasons = [database.reason, redis.reason, isDraining ? 'This process is shutting down.' : undefined];
    return { status, reasons: reasons.filter((reason) => reason !== undefined), checks: { database, redis } };
  }

  private async askAll(): Promise<Found> {
    const [database, redis] = await Promise.all([
      this.ask('database', () => this.database.ask()),
      this.ask('redis', () => this.askRedis()),
    ]);
    return (this.latest = { database, redis, at: performance.now() });
  }

  onApplicationShutdown(): void {
    this.database.close();
  }

  /** Checks with a write, because a full Redis or a replica responds but accepts none. */
  private async askRedis(): Promise<void> {
    try {
      await this.redis.set('till:health', 'ok', 'EX', 60);
    } catch (error) {
      const refusal = (error as Error).name === 'ReplyError' ? reasonOf(error) : undefined;
      throw new NotReady(refusal ? `Redis refuses writes (${refusal}).` : 'Redis does not answer.');
    }
  }

  private async ask(name: string, question: () => Promise<void>): Promise<HealthCheckView> {
    const result = await this.indicators.check(name).attempt(question).withTimeout(TIMEOUT_MS).cacheFor(CACHE_MS);
    const { status, responseTime, message } = result[name] as HealthCheckView & { message?: string };
    // Any other error is the time-out of the indicator.
    const reason = /^(The|Redis) .+\.$/.test(message ?? '') ? message : `The ${name} does not answer.`;
    if (status === 'up') this.lastUp.set(name, performance.now());
    const isUp = status === 'up' || (reason?.endsWith('does not answer.') && this.wasUpLately(name));
    this.logChange(name, isUp ? 'up' : 'down', reason);
    return isUp ? { status: 'up', responseTime } : { status, responseTime, reason };
  }

  /** A single slow response of a busy machine is no outage. */
  private wasUpLately(name: string): boolean {
    return performance.now() - (this.lastUp.get(name) ?? -Infinity) < SILENCE_MS;
  }

  private logChange(name: string, status: HealthCheckView['status'], reason?: string): void {
    if ((status === 'down') === this.down.has(name)) return;
    if (status === 'up') {
      this.down.delete(name);
      this.logger.info(`${name} is up again`);
    } else {
      this.down.add(name);
      this.logger.error(`${name} is down`, { reason });
    }
  }
}
