import type { OrderHeader } from '../../orders/index.js';
import type { AmountsMoved } from './payment-reducer.js';

type OrderAmounts = Pick<OrderHeader, 'status' | 'total' | 'authorizedAmount' | 'refundedAmount'>;

/**
 * How much of what is just moving (in minor units) the order, as it was before, has no use for: all of it when it has ended,
 * else what goes beyond its total. What was given back before the order was covered is to be paid anew.
 */
export function lateAmount(order: OrderAmounts, moved: AmountsMoved): number {
  if (hasEnded(order)) return Math.max(moved.authorized, moved.captured, 0);
  const givenBack = order.status === 'pending' ? order.refundedAmount : 0;
  const beyond = order.authorizedAmount + moved.authorized - givenBack - order.total;
  return Math.max(0, Math.min(moved.authorized, beyond));
}

export const hasEnded = ({ status }: Pick<OrderHeader, 'status'>): boolean =>
  status === 'cancelled' || status === 'expired';
