import type { Attempt, Payment } from './payment.js';
import type { ProviderEvent } from './payment-reducer.js';

const failures = {
  authorize: 'failed',
  capture: 'capture_failed',
  void: 'void_failed',
  refund: 'refund_failed',
} as const;

/** What we tell ourselves of an operation that never reached its provider, and is not sent any more. */
export function abandonedEvent({ id, kind, amount }: Attempt, { currency }: Payment, occurredAt: Date): ProviderEvent {
  return { providerEventId: `till_gave_up_${id}`, attemptId: id, type: failures[kind], amount, currency, occurredAt };
}
