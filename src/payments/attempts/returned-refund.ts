import { encodeId } from '../../shared/ids.js';
import type { Logger } from '../../platform/logging/index.js';
import type { Attempt } from '../domain/payment.js';
import type { LockedAttempt } from './attempts.repository.js';

/** Tells people that the money of a refund came back to the provider. Till does not repeat the refund by itself. */
export function warnOfReturn(logger: Logger, { refundId }: Pick<Attempt, 'refundId'>): void {
  const message = 'a refund failed after it had succeeded: a person has to return the money in another way';
  logger.error(message, { refundId: refundId && encodeId('rfd', refundId) });
}

/** Tells people, when an outcome was recorded, that a refund succeeded although its pieces had been refunded anew: the money has left twice. */
export function warnOfSurplus(
  logger: Logger,
  before: Attempt & Pick<LockedAttempt, 'isSurplus'>,
  after: Pick<Attempt, 'state'>,
): void {
  if (!before.isSurplus || before.state === 'succeeded' || after.state !== 'succeeded') return;
  const message =
    'a refund succeeded after its pieces had been refunded anew: a person has to decide on what the customer got twice';
  logger.error(message, { refundId: before.refundId && encodeId('rfd', before.refundId) });
}
