import type { OrderHeader } from './order.js';
import { held, isCovered } from './order-money.js';

/** Whether the order keeps its stock until `reservedUntil` only: it was never paid, or nothing pays for it any more. */
export function awaitsPayment({ status, reservedUntil }: Pick<OrderHeader, 'status' | 'reservedUntil'>): boolean {
  return status === 'pending' || (status === 'confirmed' && reservedUntil !== null);
}

/** Whether nothing pays for a confirmed order of which nothing was shipped. What is only on its way back still pays. */
function isUnfunded(order: OrderHeader): boolean {
  return (
    order.status === 'confirmed' && order.fulfillmentStatus === 'unfulfilled' && order.total > 0 && held(order) <= 0
  );
}

/** An order after its reservation was limited or lifted, and whether it has just lost all its money. */
export interface SettledReservation {
  readonly order: OrderHeader;
  readonly lostItsMoney: boolean;
}

/**
 * Limits the reservation of a confirmed order that lost all its money to `until`, and lifts that once it is paid anew. Then
 * it is to be paid as a whole, whatever the shop had agreed to keep.
 */
export function settleReservation(order: OrderHeader, until: Date): SettledReservation {
  const unchanged = { order, lostItsMoney: false };
  if (order.status !== 'confirmed') return unchanged;
  if (order.reservedUntil !== null)
    return isCovered(order) ? { order: { ...order, reservedUntil: null }, lostItsMoney: false } : unchanged;
  if (!isUnfunded(order)) return unchanged;
  return { order: { ...order, reservedUntil: until, agreedAmount: null }, lostItsMoney: true };
}

/** The reservation of an order whose payment is under way: as it is, or until `until` when that is later. */
export function extended(order: OrderHeader, until: Date): Date | null {
  const { reservedUntil } = order;
  if (!awaitsPayment(order) || reservedUntil === null) return reservedUntil;
  return reservedUntil < until ? until : reservedUntil;
}

/** The reservation of an order when no payment is under way any more: as it is, or until `until` when that is sooner. */
export function shortened({ reservedUntil }: Pick<OrderHeader, 'reservedUntil'>, until: Date): Date | null {
  return reservedUntil !== null && reservedUntil > until ? until : reservedUntil;
}
