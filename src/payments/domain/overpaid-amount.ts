import { applyMoney, hasEnded, type MoneyOfOrder, owed } from '../../orders/index.js';
import type { AmountsMoved } from './payment-reducer.js';

/**
 * Returns how much of the moving money (in minor units) is an overpayment of `order`, which is the order before it: all of it if the
 * order has ended, otherwise the part beyond what the order may keep. Money that is on its way back makes room.
 */
export function overpaidAmount(order: MoneyOfOrder, moved: AmountsMoved): number {
  if (hasEnded(order)) return Math.max(moved.authorized, moved.captured, 0);
  const after = applyMoney(order, moved);
  return Math.max(0, Math.min(moved.authorized, owed(after) - owed(order)));
}
