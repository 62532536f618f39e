import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { HealthService } from './health.service.js';

/** How often to look, in milliseconds. */
const EVERY_MS = 3000;

/**
 * Ends the process of a further shop in order when the shop is suspended. Whatever runs processes starts it again, and that start waits until
 * the shop is resumed (`waitForDatabase`). The default shop can't be suspended, and is not watched.
 */
@Injectable()
export class ShopWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly health: HealthService,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.shop !== undefined) this.timer = setInterval(() => void this.look(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const { details } = await this.health.check();
    if (details['shop']?.status !== 'down') return;
    clearInterval(this.timer);
    this.logger.warn('the shop is suspended; ending');
    process.kill(process.pid, 'SIGTERM');
  }
}
