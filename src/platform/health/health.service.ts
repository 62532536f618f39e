import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { Logger } from '../logging/index.js';
import type { HealthCheckView, HealthView } from './health.view.js';

/** A probe must answer even when what it asks does not, in milliseconds. */
const TIMEOUT_MS = 800;
/** One question serves all probes of this time, so that probing is no load, in milliseconds. */
const CACHE_MS = 1000;

@Injectable()
export class HealthService {
  private readonly down = new Set<string>();

  constructor(
    private readonly indicators: HealthIndicatorService,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly redis: Redis,
    private readonly logger: Logger,
  ) {}

  /** Answers within a second, whatever hangs. */
  async check(): Promise<HealthView> {
    const [database, redis] = await Promise.all([
      this.ask('database', () => this.dataSource.query('SELECT 1')),
      this.ask('redis', () => this.redis.ping()),
    ]);
    const status = database.status === 'down' ? 'unavailable' : redis.status === 'down' ? 'degraded' : 'ok';
    return { status, checks: { database, redis } };
  }

  /** The reason goes to the log only: it names addresses, and anybody may ask. */
  private async ask(name: string, question: () => Promise<unknown>): Promise<HealthCheckView> {
    const result = await this.indicators
      .check(name)
      .attempt(() => question().then(() => {}))
      .withTimeout(TIMEOUT_MS)
      .cacheFor(CACHE_MS);
    const { status, responseTime, ...details } = result[name] as HealthCheckView & { message?: string };
    this.logChange(name, status, details.message);
    return { status, responseTime };
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
