import { newId, type RefundId } from '../../shared/ids.js';
import type { Attempt, AttemptKind, Payment } from '../domain/payment.js';

/** What a provider is to be asked for, or was. */
export interface AttemptRequest {
  readonly kind: AttemptKind;
  /** Minor units. */
  readonly amount: number;
  /** The refund that this carries out, where it is one. */
  readonly refundId: RefundId | null;
}

/** A new attempt at a payment's provider. `sends`: how many times Till sends it by itself at first; 0 for one made out of band. */
export function newAttempt({ id: paymentId, orderId }: Payment, request: AttemptRequest, sends: 0 | 1): Attempt {
  return { id: newId<'att'>(), paymentId, orderId, ...request, state: 'started', sends, checks: 0 };
}
