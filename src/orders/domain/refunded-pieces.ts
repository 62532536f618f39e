import { roundedShare } from '../../shared/exact.js';
import type { ChargeId, LineId } from '../../shared/ids.js';
import { type PricedPart, remainingGross } from './order-lines.js';

/** Pieces of a line, or a charge, that a refund names, with their price and the tax in it, in minor units. */
export interface NamedPieces {
  readonly lineId: LineId | ChargeId;
  readonly quantity: number;
  readonly gross: number;
  readonly tax: number;
  /** How many of the pieces were shipped when the refund was made, and how many pieces of the line were cancelled then. */
  readonly ofShipped?: number;
  readonly cancelledBefore?: number;
}

/** Pieces of a part that are in the order, and refunded. Amounts are minor units. */
export type RefundedOfPart = Pick<NamedPieces, 'quantity' | 'gross' | 'tax'>;

type Part = Pick<PricedPart, 'id' | 'cancelledQuantity'>;

const sumOf = (refunds: readonly NamedPieces[], amount: (one: NamedPieces) => number): number =>
  refunds.reduce((sum, one) => sum + amount(one), 0);

/**
 * Returns what refunds by name returned of a part without its cancelled pieces. A cancellation takes those pieces first that were refunded before
 * they were shipped: nobody who cancels what was refunded gets its price twice. `refunds` are of the whole order, in any order.
 */
export function refundedOf({ id, cancelledQuantity }: Part, refunds: readonly NamedPieces[]): RefundedOfPart {
  const own = refunds.filter(({ lineId }) => lineId === id);
  const all = sumOf(own, (one) => one.quantity);
  if (all === 0) return { quantity: 0, gross: 0, tax: 0 };
  const cancelled = cancelledOf(cancelledQuantity, own);
  const without = (amount: number) => amount - roundedShare(amount, cancelled, all);
  return {
    quantity: all - cancelled,
    gross: without(sumOf(own, (one) => one.gross)),
    tax: without(sumOf(own, (one) => one.tax)),
  };
}

/** Returns how many refunded pieces were cancelled after their refund. Refunds may succeed in another order than they were asked for. */
function cancelledOf(cancelledQuantity: number, refunds: readonly NamedPieces[]): number {
  let [open, cancelled, taken] = [0, 0, 0];
  const cancelUpTo = (count: number) => {
    const pieces = Math.min(open, count - cancelled);
    [open, cancelled, taken] = [open - pieces, count, taken + pieces];
  };
  const oldestFirst = refunds.toSorted((a, b) => (a.cancelledBefore ?? 0) - (b.cancelledBefore ?? 0));
  for (const { quantity, ofShipped = 0, cancelledBefore = 0 } of oldestFirst) {
    cancelUpTo(cancelledBefore);
    open += quantity - ofShipped;
  }
  cancelUpTo(cancelledQuantity);
  return taken;
}

/** Returns how many of so many pieces of a part that are to be refunded are shipped ones: those come first. */
export function shippedOf(
  { id, fulfilledQuantity = 0 }: Pick<PricedPart, 'id' | 'fulfilledQuantity'>,
  refunds: readonly NamedPieces[],
  quantity: number,
): number {
  const before = sumOf(
    refunds.filter(({ lineId }) => lineId === id),
    ({ ofShipped = 0 }) => ofShipped,
  );
  return Math.min(quantity, Math.max(0, fulfilledQuantity - before));
}

/** Returns the price of the pieces and charges that are in the order and that refunds named, in minor units. */
export function refundedByName(parts: readonly PricedPart[], refunds: readonly NamedPieces[] = []): number {
  if (refunds.length === 0) return 0;
  const amounts = parts.map((part) => Math.min(refundedOf(part, refunds).gross, remainingGross(part)));
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
