import type { OrderHeader } from './order.js';
import { applyMoney, isCovered, type MoneyMoved } from './order-money.js';
import { transition } from './order-state.js';
import { settleReservation } from './reservation.js';

/** An order after a movement of money. */
export interface RecordedMoney {
  readonly order: OrderHeader;
  /** Whether this movement confirmed it. */
  readonly confirms: boolean;
  /** Whether it has just lost all its money before all was shipped. It keeps its stock for a while, then what is open is cancelled. */
  readonly lostItsMoney: boolean;
}

/** Applies a movement of money, and confirms the order once it is covered. `until` limits the reservation if it lost its money. */
export function recordMoney(before: OrderHeader, moved: MoneyMoved, until: Date): RecordedMoney {
  const paid = applyMoney(before, moved);
  const confirms = paid.status === 'pending' && isCovered(paid);
  const confirmed = confirms ? { ...paid, status: transition(paid.status, 'confirm'), reservedUntil: null } : paid;
  return { confirms, ...settleReservation(confirmed, until) };
}
