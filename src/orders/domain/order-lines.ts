import { roundedShare } from '../../shared/exact.js';
import type { ChargeId, LineId, ProductId } from '../../shared/ids.js';
import type { TaxLine, TaxMode } from '../../tax/index.js';

/** Enough for a wholesale order (a retailer's largest had 1,114 lines); one statement writes them all. */
export const MAX_LINES = 1500;

/** A line, with sku, name and price at the time of placing. Amounts are minor units. */
export interface OrderLine {
  readonly id: LineId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly fulfilledQuantity: number;
  readonly cancelledQuantity: number;
  /** What discounts take off all its pieces. */
  readonly discount: number;
  /** The tax of all its pieces, and whether the price includes it; null if no tax applies. */
  readonly tax: number;
  readonly taxMode: TaxMode | null;
  /** Why the tax is what it is; null if no tax applies. */
  readonly taxLine: TaxLine | null;
}

/** Pieces of one line of an order. */
export interface LineQuantity {
  readonly lineId: LineId;
  readonly quantity: number;
}

type Quantities = Pick<OrderLine, 'quantity' | 'fulfilledQuantity' | 'cancelledQuantity'>;
type Pieces = Pick<OrderLine, 'quantity' | 'cancelledQuantity' | 'unitPrice' | 'discount' | 'tax' | 'taxMode'>;

/** What an order is made of: a line, or a charge as a line of one piece. */
export interface PricedPart extends Pieces {
  readonly id: LineId | ChargeId;
  readonly taxLine: TaxLine | null;
  /** Of a line; a charge is not shipped. */
  readonly fulfilledQuantity?: number;
}

/** Whether a part is a charge. */
export const isCharge = (part: Pick<PricedPart, 'fulfilledQuantity'>): boolean => part.fulfilledQuantity === undefined;

/** Returns the pieces of a line that are neither shipped nor cancelled. */
export const openQuantity = ({ quantity, fulfilledQuantity, cancelledQuantity }: Quantities): number =>
  quantity - fulfilledQuantity - cancelledQuantity;

/** Returns the price of all pieces of a line, less its discount, with its tax, in minor units. */
export const grossOf = ({ quantity, unitPrice, discount, tax, taxMode }: Pieces): number =>
  quantity * unitPrice - discount + (taxMode === 'exclusive' ? tax : 0);

/**
 * Returns an amount of a line without its first `pieces`, in minor units. Each piece takes the difference of two rounded shares, so
 * that all pieces together take exactly the amount.
 */
const without = (amount: number, pieces: number, quantity: number): number =>
  amount - roundedShare(amount, pieces, quantity);

/** Returns the price of a line without cancelled pieces, less its discount, with its tax, in minor units. */
export const remainingGross = (line: Pieces): number =>
  line.taxMode === null && line.discount === 0
    ? (line.quantity - line.cancelledQuantity) * line.unitPrice
    : without(grossOf(line), line.cancelledQuantity, line.quantity);

/** Returns the tax of a line without cancelled pieces, in minor units. */
export const remainingTax = ({ tax, cancelledQuantity, quantity }: Pieces): number =>
  without(tax, cancelledQuantity, quantity);

/** Returns the discount of a line without cancelled pieces, in minor units. */
export const remainingDiscount = ({ discount, cancelledQuantity, quantity }: Pieces): number =>
  without(discount, cancelledQuantity, quantity);

/** Returns the price of all lines without cancelled pieces, in minor units. */
export const totalOf = (lines: readonly Pieces[]): number => lines.reduce((sum, line) => sum + remainingGross(line), 0);

/** Returns the price of the shipped pieces with their tax, in minor units: that of the line without cancelled and open ones. */
export const valueShipped = (lines: readonly OrderLine[]): number =>
  totalOf(lines.map((line) => ({ ...line, cancelledQuantity: line.quantity - line.fulfilledQuantity })));

/** Returns the price of a line before its discount, in minor units, and its pieces. */
export const priceAndPieces = ({ quantity, unitPrice }: Pick<OrderLine, 'quantity' | 'unitPrice'>) => ({
  price: quantity * unitPrice,
  quantity,
});

/** Returns all open pieces. */
export const openLines = (lines: readonly OrderLine[]): LineQuantity[] =>
  lines.filter((line) => openQuantity(line) > 0).map((line) => ({ lineId: line.id, quantity: openQuantity(line) }));

/** Returns the lines, with `change` applied to each line that has pieces among these. */
export const changeLines = (
  lines: readonly OrderLine[],
  pieces: readonly LineQuantity[],
  change: (line: OrderLine, quantity: number) => OrderLine,
): readonly OrderLine[] =>
  pieces.reduce(
    (all, { lineId, quantity }) => all.map((line) => (line.id === lineId ? change(line, quantity) : line)),
    lines,
  );
