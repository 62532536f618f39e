import { type Cause, hasEnded, type MoneyOfOrder } from '../../orders/index.js';
import type { Payment } from './payment.js';

/** The reason of an obligation from this payment: money that just arrived (`isNew`), or money that could not be returned. */
export function causeOf(order: MoneyOfOrder, { id: paymentId }: Pick<Payment, 'id'>, isNew = false): Cause {
  if (!hasEnded(order)) return { reason: 'overpayment', paymentId, isNew };
  return { reason: isNew ? 'late_payment' : 'order_ended', paymentId, isNew };
}
