import { Counter, Histogram } from 'prom-client';
import { logFailure } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { currentShop, gauge } from '../metrics/index.js';
import { isQuiet, quietPause } from './activity.js';

const labelNames = ['schedule'];
const failures = new Counter({
  name: 'till_schedule_failures_total',
  help: 'Runs of a periodic job that failed; each is tried again.',
  labelNames,
});
const duration = new Histogram({
  name: 'till_schedule_duration_seconds',
  help: 'How long runs of a periodic job take.',
  labelNames,
  buckets: [0.01, 0.1, 1, 10, 60, 600],
});

/** Periodic work of a worker. Skips a tick while the one before is running, and most of them in a shop where nothing happens. Logs failures. */
export class PeriodicJob {
  private running = false;
  /** In seconds since 1970. */
  private lastSuccess = Date.now() / 1000;
  /** When to look next in a quiet shop, by `performance.now()`. */
  private quietUntil = -Infinity;
  private readonly shop = currentShop();
  private readonly labels: { readonly schedule: string };

  /** `purpose` completes the sentence "could not ..." in the log; the metrics name the job by it too (`delete_old_deliveries`). */
  constructor(
    private readonly purpose: string,
    private readonly logger: Logger,
    private readonly work: () => Promise<void>,
  ) {
    this.labels = { schedule: purpose.replaceAll("'", '').replaceAll(/\W+/g, '_') };
    failures.inc(this.labels, 0);
    this.showLastSuccess();
  }

  /** Runs the work once. Never throws, because the next tick tries again. */
  async tick(): Promise<void> {
    if (this.running || !this.isDue()) return;
    this.running = true;
    this.quietUntil = performance.now() + quietPause();
    const end = duration.startTimer(this.labels);
    try {
      await this.work();
      this.lastSuccess = Date.now() / 1000;
    } catch (error) {
      failures.inc(this.labels);
      logFailure(this.logger, `could not ${this.purpose}; the next tick tries again`, error);
    } finally {
      end();
      this.running = false;
    }
  }

  private isDue(): boolean {
    return !isQuiet(this.shop) || performance.now() >= this.quietUntil;
  }

  private showLastSuccess(): void {
    gauge(
      'till_schedule_last_success_timestamp_seconds',
      'When a periodic job of this worker last ended well, in seconds since 1970; the start of the worker until then.',
      labelNames,
      (set) => set(this.labels, this.lastSuccess),
      'min',
      this.labels.schedule,
    );
  }
}
