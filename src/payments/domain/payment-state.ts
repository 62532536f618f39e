import { next, type TransitionTable } from '../../shared/state-machine.js';
import type { PaymentStatus } from './payment.js';

/** What can be asked of a payment; `cancel` voids what is authorised and not captured. */
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
  partially_refunded: { refund: 'refunded' },
  refunded: {},
  cancelled: {},
  declined: {},
  failed: {},
};

/** @throws InvalidTransition when the status does not allow the action */
export function assertAllows(status: PaymentStatus, action: PaymentAction): void {
  next('A payment', paymentActions, status, action);
}
