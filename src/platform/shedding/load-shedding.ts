import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/index.js';
import { PoolDelay } from '../database/index.js';
import { counter, gauge } from '../metrics/index.js';
import type { Priority } from '../routes/index.js';
import { LoopDelay } from './loop-delay.js';
import { StandingDelay } from './standing-delay.js';

/** Between two samples, in milliseconds. */
const EVERY_MS = 50;

/** From which multiple of LOAD_SHEDDING_DELAY_MS on requests are refused: what matters least, first. */
const factors: Readonly<Record<Priority, number>> = { list: 1, read: 2, write: 4, essential: Infinity };

const shed = counter('till_requests_shed_total', 'Requests refused because of overload, by priority.', {
  priority: ['list', 'read', 'write'],
});

/**
 * Returns the share (0 to 1) of requests of this priority to refuse at a delay: it grows from none at the priority's threshold to all at twice
 * that, so that load falls step by step and does not swing.
 */
export function shareToRefuse(delayMs: number, baseMs: number, priority: Priority): number {
  const threshold = baseMs * factors[priority];
  return Math.min(1, Math.max(0, (delayMs - threshold) / threshold)) || 0;
}

/**
 * Decides which requests an overloaded process refuses before it reads them. The load is the delay that every request has: of the event loop, and
 * of the queue for a connection to the database. What is essential, such as paying, is never refused.
 */
@Injectable()
export class LoadShedding implements OnApplicationShutdown {
  private readonly baseMs: number;
  private readonly standing = { event_loop: new StandingDelay(), pool: new StandingDelay() };
  private delays = { event_loop: 0, pool: 0 };
  private delayMs = 0;
  private readonly loop = new LoopDelay(EVERY_MS);
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(
    config: Config,
    private readonly pool: PoolDelay,
  ) {
    this.baseMs = config.http.loadSheddingDelayMs;
    if (this.baseMs > 0) this.timer = setInterval(() => this.sample(), EVERY_MS).unref();
    gauge(
      'till_load_delay_seconds',
      'How long requests wait for the event loop and for a connection.',
      ['queue'],
      (set) => {
        for (const [queue, ms] of Object.entries(this.delays)) set({ queue }, ms / 1000);
      },
      'max',
    );
  }

  /** Whether to refuse a request of this priority now. Counts it if so. */
  refuses(priority: Priority): boolean {
    if (this.delayMs <= this.baseMs) return false;
    if (Math.random() >= shareToRefuse(this.delayMs, this.baseMs, priority)) return false;
    shed.inc({ priority });
    return true;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    this.delays = {
      event_loop: this.standing.event_loop.add(this.loop.sample()),
      pool: this.standing.pool.add(this.pool.sample()),
    };
    this.delayMs = Math.max(this.delays.event_loop, this.delays.pool);
  }
}
