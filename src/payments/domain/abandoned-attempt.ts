import type { Attempt, Payment } from './payment.js';
import type { ProviderEvent } from './payment-reducer.js';

const failures = {
  authorize: 'failed',
  capture: 'capture_failed',
  void: 'void_failed',
  refund: 'refund_failed',
} as const;

/** The event that Till records for an operation that never reached its provider and is given up. */
export function abandonedEvent({ id, kind, amount }: Attempt, { currency }: Payment, occurredAt: Date): ProviderEvent {
  return { providerEventId: `till_gave_up_${id}`, attemptId: id, type: failures[kind], amount, currency, occurredAt };
}
