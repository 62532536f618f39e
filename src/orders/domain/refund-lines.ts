import { DomainError } from '../../shared/errors.js';
import { roundedShare } from '../../shared/exact.js';
import { type ChargeId, encodeId, type LineId } from '../../shared/ids.js';
import { grossOf, type LineQuantity, type PricedPart } from './order-lines.js';

/** Pieces of a line, or a charge, that are to be refunded. */
export interface RefundedPieces extends Omit<LineQuantity, 'lineId'> {
  readonly lineId: LineId | ChargeId;
  readonly ofCharge?: boolean;
}

/** Pieces of a line, or a charge, that are refunded, with their price and the tax in it, in minor units. */
export interface RefundedLine extends RefundedPieces {
  readonly gross: number;
  readonly tax: number;
}

/** Returns a charge as pieces to refund. */
export const refundedCharge = (id: ChargeId): RefundedPieces => ({ lineId: id, quantity: 1, ofCharge: true });

export class NothingToRefund extends DomainError {
  readonly code = 'nothing_to_refund';
  readonly kind = 'conflict';
}

/**
 * Returns what pieces of lines and charges cost that go back, after `before` went back already. Each refund is the difference of two rounded shares,
 * so that all pieces together return exactly what the line cost; cancelled pieces come first.
 * @throws NothingToRefund for more pieces than are left, or for pieces that cost nothing
 */
export function refundOf(
  parts: readonly PricedPart[],
  before: readonly RefundedLine[],
  wanted: readonly RefundedPieces[],
): RefundedLine[] {
  const refunded = wanted.map((pieces) => {
    const part = parts.find(({ id }) => id === pieces.lineId);
    if (!part) throw new NothingToRefund(`The order has no ${nameOf(pieces)}.`);
    return refundOfPart(part, sumOf(before, pieces.lineId), pieces);
  });
  if (refunded.every(({ gross }) => gross === 0)) throw new NothingToRefund('These pieces cost nothing.');
  return refunded;
}

type Sums = Pick<RefundedLine, 'quantity' | 'gross' | 'tax'>;

const nameOf = ({ lineId, ofCharge }: RefundedPieces): string =>
  ofCharge ? `charge ${encodeId('chg', lineId as ChargeId)}` : `line ${encodeId('lin', lineId as LineId)}`;

function refundOfPart(part: PricedPart, before: Sums, pieces: RefundedPieces): RefundedLine {
  const { quantity: sold, cancelledQuantity } = part;
  const { quantity } = pieces;
  const left = sold - cancelledQuantity - before.quantity;
  if (quantity > left)
    throw new NothingToRefund(`Of ${nameOf(pieces)}, ${left} can still be refunded, not ${quantity}.`);
  const share = (amount: number, returned: number) =>
    Math.max(
      0,
      roundedShare(amount, cancelledQuantity + before.quantity + quantity, sold) -
        roundedShare(amount, cancelledQuantity, sold) -
        returned,
    );
  const gross = share(grossOf(part), before.gross);
  return { ...pieces, gross, tax: Math.min(gross, share(part.tax, before.tax)) };
}

function sumOf(all: readonly RefundedLine[], lineId: LineId | ChargeId): Sums {
  const own = all.filter((one) => one.lineId === lineId);
  const sum = (of: (one: RefundedLine) => number) => own.reduce((total, one) => total + of(one), 0);
  return { quantity: sum((one) => one.quantity), gross: sum((one) => one.gross), tax: sum((one) => one.tax) };
}
