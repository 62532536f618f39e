import { DomainError } from '../../shared/errors.js';
import type { Logger } from '../logging/index.js';
import { isUnavailable } from './errors.js';

/**
 * Logs what failed: that the database, or a turn, can't be had as one warning with the reason, since an outage fails a
 * lot and its stacks say nothing; everything else as an error with its stack.
 */
export function logFailure(logger: Logger, message: string, error: unknown, fields: object = {}): void {
  const reason = reasonOfOutage(error);
  if (reason === undefined) logger.error(message, { ...fields, err: error });
  else logger.warn(message, { ...fields, reason });
}

function reasonOfOutage(error: unknown): string | undefined {
  if (error instanceof DomainError && error.kind === 'unavailable') return textOf(error.cause ?? error);
  return isUnavailable(error) ? textOf(error) : undefined;
}

/** Node gives an error for several addresses no message, but a code. */
function textOf(error: unknown): string {
  const { message, code } = error as Partial<NodeJS.ErrnoException>;
  return message || (code ?? String(error));
}
