import { type Cause, hasEnded, type MoneyOfOrder } from '../../orders/index.js';
import type { Payment } from './payment.js';

/** Why an order would owe what this payment has just brought (`isNew`), or could not give back. */
export function causeOf(order: MoneyOfOrder, { id: paymentId }: Pick<Payment, 'id'>, isNew = false): Cause {
  if (!hasEnded(order)) return { reason: 'overpayment', paymentId, isNew };
  return { reason: isNew ? 'late_payment' : 'order_ended', paymentId, isNew };
}
