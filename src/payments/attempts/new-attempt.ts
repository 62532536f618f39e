import { newId, type RefundId } from '../../shared/ids.js';
import type { Attempt, AttemptKind, Payment } from '../domain/payment.js';

/** The operation that an attempt requests. */
export interface AttemptRequest {
  readonly kind: AttemptKind;
  /** Minor units. */
  readonly amount: number;
  /** The refund that this executes, if it is one. */
  readonly refundId: RefundId | null;
}

/** Makes a new attempt at a payment's provider. `sends` is 1 if Till sends it next, 0 for an operation made out of band. */
export function newAttempt({ id: paymentId, orderId }: Payment, request: AttemptRequest, sends: 0 | 1): Attempt {
  return { id: newId<'att'>(), paymentId, orderId, ...request, state: 'started', sends, checks: 0 };
}
