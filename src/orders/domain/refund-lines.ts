import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../../shared/errors.js';
import { roundedShare } from '../../shared/exact.js';
import { type ChargeId, encodeId, type LineId } from '../../shared/ids.js';
import { grossOf, isCharge, type LineQuantity, type PricedPart } from './order-lines.js';
import { type NamedPieces, refundedOf, shippedOf } from './refunded-pieces.js';

/** Pieces of a line, or a charge, that are to be refunded. */
export interface RefundedPieces extends Omit<LineQuantity, 'lineId'> {
  readonly lineId: LineId | ChargeId;
  readonly ofCharge?: boolean;
}

/** Pieces of a line, or a charge, that are refunded, with their price and the tax in it, in minor units. */
export interface RefundedLine extends NamedPieces {
  readonly ofCharge?: boolean;
}

/** Returns a charge as pieces to refund. */
export const refundedCharge = (id: ChargeId): RefundedPieces => ({ lineId: id, quantity: 1, ofCharge: true });

export class NothingToRefund extends DomainError {
  readonly code = 'nothing_to_refund';
  readonly kind = 'conflict';
}

/**
 * Returns what pieces of lines and charges cost that go back, after `before` went back already (oldest first). Each refund is the difference of two
 * rounded shares, so that all pieces together return exactly what the line cost; cancelled pieces come first.
 * @throws NothingToRefund for a part that the order does not have, more pieces than are left, or pieces that cost nothing
 */
export function refundOf(
  parts: readonly PricedPart[],
  before: readonly RefundedLine[],
  wanted: readonly RefundedPieces[],
): RefundedLine[] {
  const refunded = wanted.map((pieces) => {
    const part = parts.find((one) => one.id === pieces.lineId && isCharge(one) === (pieces.ofCharge ?? false));
    if (!part) throw new NothingToRefund(`The order has no ${nameOf(pieces)}.`);
    return refundOfPart(part, before, pieces);
  });
  if (refunded.every(({ gross }) => gross === 0)) throw new NothingToRefund('These pieces cost nothing.');
  return refunded;
}

/**
 * Of a refund that failed and is tried again: it was made for these pieces, at what they cost then.
 * @throws NothingToRefund if they cost something else now, because pieces were cancelled, shipped or refunded meanwhile
 */
export function assertStillRefundable(
  parts: readonly PricedPart[],
  before: readonly RefundedLine[],
  made: readonly RefundedLine[],
): void {
  const now = refundOf(parts, before, made);
  const isSame = made.every((line, index) => isDeepStrictEqual(figuresOf(line), figuresOf(now[index]!)));
  if (!isSame)
    throw new NothingToRefund(
      'Pieces of the order were cancelled, shipped or refunded since this refund was made. Refund what is left of them anew.',
    );
}

const figuresOf = ({ gross, tax, cancelledBefore, ofShipped }: RefundedLine) => [
  gross,
  tax,
  cancelledBefore,
  ofShipped,
];

const nameOf = ({ lineId, ofCharge }: RefundedPieces): string =>
  ofCharge ? `charge ${encodeId('chg', lineId as ChargeId)}` : `line ${encodeId('lin', lineId as LineId)}`;

function refundOfPart(part: PricedPart, before: readonly RefundedLine[], pieces: RefundedPieces): RefundedLine {
  const { quantity: sold, cancelledQuantity: cancelledBefore } = part;
  const { quantity } = pieces;
  const [returned, ever] = [refundedOf(part, before), sumOf(before, pieces.lineId)];
  const left = sold - cancelledBefore - returned.quantity;
  if (quantity > left)
    throw new NothingToRefund(`Of ${nameOf(pieces)}, ${left} can still be refunded, not ${quantity}.`);
  const share = (amount: number, ofRest: number, inAll: number) => {
    const without = roundedShare(amount, cancelledBefore, sold) + ofRest;
    const upTo = roundedShare(amount, cancelledBefore + returned.quantity + quantity, sold);
    return Math.max(0, Math.min(upTo - without, amount - inAll));
  };
  const gross = share(grossOf(part), returned.gross, ever.gross);
  const tax = Math.min(gross, share(part.tax, returned.tax, ever.tax));
  return { ...pieces, gross, tax, cancelledBefore, ofShipped: shippedOf(part, before, quantity) };
}

function sumOf(all: readonly RefundedLine[], lineId: LineId | ChargeId) {
  const own = all.filter((one) => one.lineId === lineId);
  const sum = (of: (one: RefundedLine) => number) => own.reduce((total, one) => total + of(one), 0);
  return { gross: sum((one) => one.gross), tax: sum((one) => one.tax) };
}
