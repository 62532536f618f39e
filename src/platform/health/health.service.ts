import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Logger } from '../logging/index.js';
import { Degradations } from './degradations.js';
import { Draining } from './draining.js';
import { type Health, type HealthIndicatorResult, healthOf } from './health.view.js';
import { OF_SCHEMA, SUSPENDED } from './not-ready.js';
import { Probes } from './probes.js';

/** The time limit of a probe, in milliseconds: it must respond even if the servers do not. */
const TIMEOUT_MS = 800;
/** How long a result is reused, in milliseconds, so that probes cause no load. */
const CACHE_MS = 1000;
/** How long silence is tolerated before it counts as an outage, in milliseconds. */
const SILENCE_MS = 3000;

interface Found {
  readonly indicators: HealthIndicatorResult;
  /** The time of the result, by `performance.now()`. */
  readonly at: number;
}

type Indicator = HealthIndicatorResult[string] & { readonly responseTime?: number; readonly message?: string };

@Injectable()
export class HealthService {
  private readonly down = new Set<string>();
  private readonly lastUp = new Map<string, number>();
  private latest: Found | undefined;
  private asking: Promise<Found> | undefined;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly probes: Probes,
    private readonly draining: Draining,
    private readonly degradations: Degradations,
    private readonly logger: Logger,
  ) {}

  /**
   * Responds within a second, and usually immediately, with the result of the last three seconds while a new check runs: proxies
   * take a server with slow probes as down.
   */
  async check(): Promise<Health> {
    this.asking ??= this.askAll().finally(() => (this.asking = undefined));
    const isFresh = this.latest && performance.now() - this.latest.at < SILENCE_MS;
    const { indicators } = isFresh ? this.latest! : await this.asking;
    return healthOf({ ...indicators, ...this.degradations.indicators() }, this.draining.hasBegun);
  }

  private async askAll(): Promise<Found> {
    const [database, redis] = await Promise.all([
      this.ask('database', () => this.probes.askDatabase()),
      this.ask('redis', () => this.probes.askRedis()),
    ]);
    // All works without Redis: events reach their consumers without a queue, and limits count per process.
    const indicators = { ...withMigrations(database), redis: redis.status === 'down' ? degraded(redis) : redis };
    return (this.latest = { indicators, at: performance.now() });
  }

  private async ask(name: string, question: () => Promise<void>): Promise<Indicator> {
    const result = await this.indicators.check(name).attempt(question).withTimeout(TIMEOUT_MS).cacheFor(CACHE_MS);
    const { status, responseTime, message: said } = result[name] as Indicator;
    // Any other error is the time-out of the indicator.
    const message = /^(The|Redis) .+\.$/.test(said ?? '') ? said! : `The ${name} does not answer.`;
    if (status === 'up') this.lastUp.set(name, performance.now());
    const isUp = status === 'up' || (message.endsWith('does not answer.') && this.wasUpLately(name));
    this.logChange(name, isUp ? 'up' : 'down', message);
    return isUp ? { status: 'up', responseTime } : { status: 'down', responseTime, message };
  }

  /** A single slow response of a busy machine is no outage. */
  private wasUpLately(name: string): boolean {
    return performance.now() - (this.lastUp.get(name) ?? -Infinity) < SILENCE_MS;
  }

  private logChange(name: string, status: 'up' | 'down', reason: string): void {
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

/** Tells a database that is away from one whose schema is of another build, and from a shop that is suspended. */
function withMigrations(database: Indicator): HealthIndicatorResult {
  if (database.status === 'up') return { database, migrations: { status: 'up' } };
  const { message = '', responseTime } = database;
  if (message === SUSPENDED) return { database: { status: 'up', responseTime }, shop: { status: 'down', message } };
  if (!OF_SCHEMA.has(message)) return { database };
  return { database: { status: 'up', responseTime }, migrations: { status: 'down', message } };
}

function degraded(indicator: Indicator): Indicator {
  return { ...indicator, status: 'degraded' };
}
