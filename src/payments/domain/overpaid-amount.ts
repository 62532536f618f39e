import { applyMoney, hasEnded, type MoneyOfOrder, owed } from '../../orders/index.js';
import type { AmountsMoved } from './payment-reducer.js';

/**
 * How much of what is just moving (in minor units) the order, as it was before, has no use for: all of it when it has ended,
 * else what goes beyond what it may keep. What is on its way back by then makes room.
 */
export function overpaidAmount(order: MoneyOfOrder, moved: AmountsMoved): number {
  if (hasEnded(order)) return Math.max(moved.authorized, moved.captured, 0);
  const after = applyMoney(order, moved);
  return Math.max(0, Math.min(moved.authorized, owed(after) - owed(order)));
}
