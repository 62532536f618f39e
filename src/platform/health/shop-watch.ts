import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config } from '../config/index.js';
import { Logger } from '../logging/index.js';
import { HealthService } from './health.service.js';

/** How often to look, in milliseconds. */
const EVERY_MS = 3000;

/**
 * Ends the process of a further shop in order when the shop is suspended. Whatever runs processes starts it again, and that start waits until
 * the shop is resumed (`waitForDatabase`). The default shop can't be suspended, and is not watched.
 */
export function endWhenSuspended(app: NestFastifyApplication): void {
  if (app.get(Config).shop === undefined) return;
  const health = app.get(HealthService, { strict: false });
  const look = async () => {
    const { details } = await health.check();
    if (details['shop']?.status !== 'down') return;
    clearInterval(timer);
    app.get(Logger).warn('the shop is suspended; ending');
    process.kill(process.pid, 'SIGTERM');
  };
  const timer = setInterval(() => void look(), EVERY_MS).unref();
}
