import { share } from './pricing.js';
import type { LineState, NamedRefund, OrderState } from './world.js';

/** One piece of a line. */
interface Piece {
  readonly shipped: boolean;
  readonly refunded: boolean;
  readonly cancelled: boolean;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

const open = (piece: Piece) => !piece.cancelled && !piece.shipped;

/** Changes so many of the pieces that fit, in this order of preference. */
function change(
  pieces: readonly Piece[],
  count: number,
  ranks: readonly ((piece: Piece) => boolean)[],
  by: Partial<Piece>,
): Piece[] {
  const chosen = new Set(
    ranks
      .flatMap((fits) => pieces.filter((piece) => fits(piece)))
      .filter((one, n, all) => all.indexOf(one) === n)
      .slice(0, count),
  );
  return pieces.map((piece) => (chosen.has(piece) ? { ...piece, ...by } : piece));
}

/**
 * How many refunded pieces of a line are left of it: played piece by piece from what its refunds say of their moment. Who cancels takes what was
 * refunded before it was shipped first.
 */
function piecesLeft(
  { quantity, cancelled }: Pick<LineState, 'quantity' | 'cancelled'>,
  refunds: readonly NamedRefund[],
): number {
  let pieces = Array.from({ length: quantity }, (): Piece => ({ shipped: false, refunded: false, cancelled: false }));
  const cancelUpTo = (total: number) => {
    const more = total - pieces.filter((piece) => piece.cancelled).length;
    pieces = change(pieces, more, [(piece) => open(piece) && piece.refunded, open], { cancelled: true });
  };
  for (const { quantity: count, ofShipped, cancelledBefore } of refunds) {
    cancelUpTo(cancelledBefore);
    const free = (piece: Piece) => !piece.cancelled && !piece.refunded;
    pieces = change(pieces, ofShipped, [free], { refunded: true, shipped: true });
    pieces = change(pieces, count - ofShipped, [free], { refunded: true });
  }
  cancelUpTo(cancelled);
  return pieces.filter((piece) => piece.refunded && !piece.cancelled).length;
}

/** What refunds by name returned of a part without its cancelled pieces. */
export function leftOf(
  part: Pick<LineState, 'id' | 'quantity' | 'cancelled'>,
  named: readonly NamedRefund[],
): { pieces: number; gross: number; tax: number } {
  const own = named.filter(({ part: id }) => id === part.id);
  const all = sum(own.map(({ quantity }) => quantity));
  if (all === 0) return { pieces: 0, gross: 0, tax: 0 };
  const pieces = piecesLeft(part, own);
  const left = (amount: number) => amount - share(amount, all - pieces, all);
  return { pieces, gross: left(sum(own.map(({ gross }) => gross))), tax: left(sum(own.map(({ tax }) => tax))) };
}

/** What a line costs without so many pieces. */
export const without = ({ gross, quantity }: Pick<LineState, 'gross' | 'quantity'>, pieces: number): number =>
  gross - share(gross, pieces, quantity);

/** The lines, and the charges as lines of one piece. */
export const partsOf = ({ lines, charges }: Pick<OrderState, 'lines' | 'charges'>): LineState[] => [
  ...lines,
  ...charges.map(({ id, gross, tax }) => ({ id, gross, tax, product: '', quantity: 1, fulfilled: 0, cancelled: 0 })),
];

/** Those that succeeded and count. */
export const counting = (named: readonly NamedRefund[]): NamedRefund[] =>
  named.filter(({ succeeded, superseded }) => succeeded && !superseded);

/** What refunds that succeeded returned of what is left of an order. */
export function returnedByName(order: Pick<OrderState, 'lines' | 'charges'>, named: readonly NamedRefund[]): number {
  return sum(partsOf(order).map((part) => Math.min(leftOf(part, named).gross, without(part, part.cancelled))));
}

/** What has gone back of an order that was paid, on top of what it owed. */
export const rebateOf = ({ total, agreed }: OrderState): number => Math.max(0, total - (agreed ?? total));

/** What a refund of so many pieces of a part returns; undefined when there are fewer. */
export function refundOf(part: LineState, named: readonly NamedRefund[], count: number): NamedRefund | undefined {
  const own = named.filter(({ part: id, superseded }) => id === part.id && !superseded);
  const left = leftOf(part, own);
  if (count > part.quantity - part.cancelled - left.pieces) return undefined;
  const shareOf = (name: 'gross' | 'tax') => {
    const upTo = share(part[name], part.cancelled + left.pieces + count, part.quantity);
    const rest = upTo - share(part[name], part.cancelled, part.quantity) - left[name];
    return Math.max(0, Math.min(rest, part[name] - sum(own.map((one) => one[name]))));
  };
  const gross = shareOf('gross');
  const shipped = part.fulfilled - sum(own.map(({ ofShipped }) => ofShipped));
  return {
    part: part.id,
    quantity: count,
    gross,
    tax: Math.min(gross, shareOf('tax')),
    ofShipped: Math.min(count, Math.max(0, shipped)),
    cancelledBefore: part.cancelled,
    succeeded: false,
    superseded: false,
    payment: '',
  };
}
