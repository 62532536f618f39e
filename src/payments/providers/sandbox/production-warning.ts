import type { Config } from '../../../platform/config/index.js';
import type { Logger } from '../../../platform/logging/index.js';

/** Logs a warning in production, because orders paid in the sandbox are shipped without money. */
export function warnInProduction({ production }: Config, logger: Logger): void {
  if (!production) return;
  logger.warn('the sandbox takes payments in production, and no money moves; unset SANDBOX_IN_PRODUCTION to end that');
}
