import type { LineId, ProductId } from '../../shared/ids.js';

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
}

/** Pieces of one line of an order. */
export interface LineQuantity {
  readonly lineId: LineId;
  readonly quantity: number;
}

type Pieces = Pick<OrderLine, 'quantity' | 'unitPrice' | 'fulfilledQuantity' | 'cancelledQuantity'>;

/** Returns the pieces of a line that are neither shipped nor cancelled. */
export const openQuantity = ({ quantity, fulfilledQuantity, cancelledQuantity }: Pieces): number =>
  quantity - fulfilledQuantity - cancelledQuantity;

/** Returns the price of a line without cancelled pieces, in minor units. */
export const lineTotal = ({ quantity, cancelledQuantity, unitPrice }: Pieces): number =>
  (quantity - cancelledQuantity) * unitPrice;

/** Returns the price of all lines without cancelled pieces, in minor units. */
export const totalOf = (lines: readonly Pieces[]): number => lines.reduce((sum, line) => sum + lineTotal(line), 0);

/** Returns the price of the shipped pieces, in minor units. */
export const valueShipped = (lines: readonly Pieces[]): number =>
  lines.reduce((sum, { fulfilledQuantity, unitPrice }) => sum + fulfilledQuantity * unitPrice, 0);

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
