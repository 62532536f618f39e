import { encodeId } from '../../shared/ids.js';
import type { Logger } from '../../platform/logging/index.js';
import type { Attempt } from '../domain/payment.js';

/** Tells people that the money of a refund came back to the provider. Till does not repeat the refund by itself. */
export function warnOfReturn(logger: Logger, { refundId }: Pick<Attempt, 'refundId'>): void {
  const message = 'a refund failed after it had succeeded: a person has to return the money in another way';
  logger.error(message, { refundId: refundId && encodeId('rfd', refundId) });
}
