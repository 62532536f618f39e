import type { Config } from '../../../platform/config/index.js';
import type { Logger } from '../../../platform/logging/index.js';

/** Orders paid in the sandbox ship, and nobody pays for them. */
export function warnInProduction({ production }: Config, logger: Logger): void {
  if (!production) return;
  logger.warn('the sandbox takes payments in production, and no money moves; unset SANDBOX_IN_PRODUCTION to end that');
}
