import { DomainError } from '../../shared/errors.js';
import { type Logger, reasonOf } from '../logging/index.js';
import { isUnavailable } from './errors.js';

/**
 * Logs a failure: an unavailable database or place in a queue as a warning with the reason, because an outage causes many failures
 * whose stacks say nothing; everything else as an error with its stack.
 */
export function logFailure(logger: Logger, message: string, error: unknown, fields: object = {}): void {
  const reason = reasonOfOutage(error);
  if (reason === undefined) logger.error(message, { ...fields, err: error });
  else logger.warn(message, { ...fields, reason });
}

function reasonOfOutage(error: unknown): string | undefined {
  if (error instanceof DomainError && error.kind === 'unavailable') return reasonOf(error.cause ?? error);
  return isUnavailable(error) ? reasonOf(error) : undefined;
}
