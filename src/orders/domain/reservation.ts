import type { OrderHeader } from './order.js';
import { held, isCovered } from './order-money.js';

/** Whether the order keeps its stock only until `reservedUntil`, because it was never paid or lost all its money. */
export function awaitsPayment({ status, reservedUntil }: Pick<OrderHeader, 'status' | 'reservedUntil'>): boolean {
  return status === 'pending' || (status === 'confirmed' && reservedUntil !== null);
}

/** Whether a confirmed order has lost all its money. Money on its way back still counts. */
function isUnfunded(order: OrderHeader): boolean {
  return order.status === 'confirmed' && order.total > 0 && held(order) <= 0;
}

/** An order after a change of its reservation, and whether it has just lost all its money. */
export interface SettledReservation {
  readonly order: OrderHeader;
  readonly lostItsMoney: boolean;
}

/**
 * Limits the reservation of a confirmed order that lost all its money to `until`, and removes the limit when it is paid again. The
 * order must then be paid as a whole, regardless of earlier refunds.
 */
export function settleReservation(order: OrderHeader, until: Date): SettledReservation {
  const unchanged = { order, lostItsMoney: false };
  if (order.status !== 'confirmed') return unchanged;
  if (order.reservedUntil !== null)
    return isCovered(order) ? { order: { ...order, reservedUntil: null }, lostItsMoney: false } : unchanged;
  if (!isUnfunded(order)) return unchanged;
  return { order: { ...order, reservedUntil: until, agreedAmount: null }, lostItsMoney: true };
}

/** Returns the reservation of an order with a payment in progress: unchanged, or `until` if that is later. */
export function extended(order: OrderHeader, until: Date): Date | null {
  const { reservedUntil } = order;
  if (!awaitsPayment(order) || reservedUntil === null) return reservedUntil;
  return reservedUntil < until ? until : reservedUntil;
}

/** Returns the reservation of an order without payments in progress: unchanged, or `until` if that is sooner. */
export function shortened({ reservedUntil }: Pick<OrderHeader, 'reservedUntil'>, until: Date): Date | null {
  return reservedUntil !== null && reservedUntil > until ? until : reservedUntil;
}
