import { InvalidTransition } from '../../shared/errors.js';
import { next, type TransitionTable } from '../../shared/state-machine.js';
import type { PaymentStatus } from './payment.js';

/** What can be asked of a payment; `cancel` voids what is authorised and not captured. Amounts have the last word. */
export type PaymentAction = 'capture' | 'cancel' | 'refund';

/**
 * Which actions a status allows. The state named is the one after the whole of what is left was captured, voided or
 * refunded; a part leads there in steps, and the status always follows from the amounts (`statusOf`).
 */
export const paymentActions: TransitionTable<PaymentStatus, PaymentAction> = {
  processing: {},
  requires_action: {},
  authorized: { capture: 'captured', cancel: 'cancelled' },
  partially_captured: { capture: 'captured', cancel: 'captured', refund: 'refunded' },
  captured: { refund: 'refunded' },
  // What was captured in part, and went back, leaves the rest authorised.
  partially_refunded: { capture: 'partially_refunded', cancel: 'partially_refunded', refund: 'refunded' },
  refunded: { capture: 'partially_refunded', cancel: 'refunded' },
  cancelled: {},
  declined: {},
  failed: {},
};

export const paymentStatuses = Object.keys(paymentActions) as PaymentStatus[];

/** A status that the outcome of the first operation ends. */
const isUnderWay = (status: PaymentStatus) => status === 'processing' || status === 'requires_action';

/** @throws InvalidTransition when the status does not allow the action, or not yet */
export function assertAllows(status: PaymentStatus, action: PaymentAction): void {
  if (isUnderWay(status)) throw new InvalidTransition('A payment', status, action, true);
  next('A payment', paymentActions, status, action);
}
