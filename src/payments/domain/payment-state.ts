import { InvalidTransition } from '../../shared/errors.js';
import { next, type TransitionTable } from '../../shared/state-machine.js';
import type { PaymentStatus } from './payment.js';

/** The actions on a payment; `cancel` voids the uncaptured amount. The amounts decide in addition to the status. */
export type PaymentAction = 'capture' | 'cancel' | 'refund';

/**
 * The actions that a status allows. The named status is the one after all that is left was captured, voided or refunded. The status
 * always follows from the amounts (`statusOf`).
 */
export const paymentActions: TransitionTable<PaymentStatus, PaymentAction> = {
  processing: {},
  requires_action: {},
  authorized: { capture: 'captured', cancel: 'cancelled' },
  partially_captured: { capture: 'captured', cancel: 'captured', refund: 'refunded' },
  captured: { refund: 'refunded' },
  // After a partial capture and its refund, the rest is still authorised.
  partially_refunded: { capture: 'partially_refunded', cancel: 'partially_refunded', refund: 'refunded' },
  refunded: { capture: 'partially_refunded', cancel: 'refunded' },
  cancelled: {},
  declined: {},
  failed: {},
};

export const paymentStatuses = Object.keys(paymentActions) as PaymentStatus[];

/** Whether the outcome of the first operation is open. */
const isUnderWay = (status: PaymentStatus) => status === 'processing' || status === 'requires_action';

/** @throws InvalidTransition if the status does not allow the action, or not yet */
export function assertAllows(status: PaymentStatus, action: PaymentAction): void {
  if (isUnderWay(status)) throw new InvalidTransition('A payment', status, action, true);
  next('A payment', paymentActions, status, action);
}
