import { DomainError } from '../../shared/errors.js';
import { roundedShare } from '../../shared/exact.js';
import { encodeId, type LineId } from '../../shared/ids.js';
import { grossOf, type LineQuantity, type OrderLine } from './order-lines.js';

/** Pieces of a line that are refunded, with their price and the tax in it, in minor units. */
export interface RefundedLine extends LineQuantity {
  readonly gross: number;
  readonly tax: number;
}

export class NothingToRefund extends DomainError {
  readonly code = 'nothing_to_refund';
  readonly kind = 'conflict';
}

/**
 * Returns what pieces of lines cost that go back, after `before` went back already. Each refund is the difference of two rounded shares,
 * so that all pieces together return exactly what the line cost; cancelled pieces come first.
 * @throws NothingToRefund for more pieces than are left, or for pieces that cost nothing
 */
export function refundOf(
  lines: readonly OrderLine[],
  before: readonly RefundedLine[],
  wanted: readonly LineQuantity[],
): RefundedLine[] {
  const refunded = wanted.map(({ lineId, quantity }) => {
    const line = lines.find(({ id }) => id === lineId);
    if (!line) throw new NothingToRefund(`The order has no line ${encodeId('lin', lineId)}.`);
    return refundOfLine(line, sumOf(before, lineId), quantity);
  });
  if (refunded.every(({ gross }) => gross === 0)) throw new NothingToRefund('These pieces cost nothing.');
  return refunded;
}

function refundOfLine(line: OrderLine, before: Omit<RefundedLine, 'lineId'>, quantity: number): RefundedLine {
  const { id: lineId, quantity: sold, cancelledQuantity } = line;
  const left = sold - cancelledQuantity - before.quantity;
  if (quantity > left)
    throw new NothingToRefund(
      `Line ${encodeId('lin', lineId)} has ${left} that can still be refunded, not ${quantity}.`,
    );
  const share = (amount: number, returned: number) =>
    Math.max(
      0,
      roundedShare(amount, cancelledQuantity + before.quantity + quantity, sold) -
        roundedShare(amount, cancelledQuantity, sold) -
        returned,
    );
  const gross = share(grossOf(line), before.gross);
  return { lineId, quantity, gross, tax: Math.min(gross, share(line.tax, before.tax)) };
}

function sumOf(all: readonly RefundedLine[], lineId: LineId): Omit<RefundedLine, 'lineId'> {
  const own = all.filter((one) => one.lineId === lineId);
  const sum = (of: (one: RefundedLine) => number) => own.reduce((total, one) => total + of(one), 0);
  return { quantity: sum((one) => one.quantity), gross: sum((one) => one.gross), tax: sum((one) => one.tax) };
}
