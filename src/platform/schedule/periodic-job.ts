import { logFailure } from '../database/index.js';
import type { Logger } from '../logging/index.js';

/** Periodic work of a worker. Skips a tick while the one before is running. Logs failures. */
export class PeriodicJob {
  private running = false;

  /** `purpose` completes the sentence "could not ..." in the log. */
  constructor(
    private readonly purpose: string,
    private readonly logger: Logger,
    private readonly work: () => Promise<void>,
  ) {}

  /** Runs the work once. Never throws, because the next tick tries again. */
  async tick(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.work();
    } catch (error) {
      logFailure(this.logger, `could not ${this.purpose}; the next tick tries again`, error);
    } finally {
      this.running = false;
    }
  }
}
