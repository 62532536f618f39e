import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Logger } from '../logging/index.js';
import { Degradations } from './degradations.js';
import { Draining } from './draining.js';
import type { HealthCheckView, HealthView } from './health.view.js';
import { Probes } from './probes.js';

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
  async check(): Promise<HealthView> {
    this.asking ??= this.askAll().finally(() => (this.asking = undefined));
    const isFresh = this.latest && performance.now() - this.latest.at < SILENCE_MS;
    const { database, redis } = isFresh ? this.latest! : await this.asking;
    const isDraining = this.draining.hasBegun;
    const degradations = this.degradations.reasons();
    const isDegraded = redis.status === 'down' || degradations.length > 0;
    const status = database.status === 'down' || isDraining ? 'unavailable' : isDegraded ? 'degraded' : 'ok';
    const shutdown = isDraining ? 'This process is shutting down.' : undefined;
    const reasons = [database.reason, redis.reason, ...degradations, shutdown].filter((reason) => reason !== undefined);
    return { status, reasons, checks: { database, redis } };
  }

  private async askAll(): Promise<Found> {
    const [database, redis] = await Promise.all([
      this.ask('database', () => this.probes.askDatabase()),
      this.ask('redis', () => this.probes.askRedis()),
    ]);
    return (this.latest = { database, redis, at: performance.now() });
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
