import type { LineId, ProductId } from '../../shared/ids.js';

/** Enough for a wholesale order (a retailer's largest had 1,114 lines); one database statement takes them all. */
export const MAX_LINES = 1500;

/** One line: sku, name and price as they were when the order was placed. Amounts are minor units. */
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

/** Pieces of a line that are still to be shipped. */
export const openQuantity = ({ quantity, fulfilledQuantity, cancelledQuantity }: Pieces): number =>
  quantity - fulfilledQuantity - cancelledQuantity;

/** What a line costs without the pieces that were cancelled, in minor units. */
export const lineTotal = ({ quantity, cancelledQuantity, unitPrice }: Pieces): number =>
  (quantity - cancelledQuantity) * unitPrice;

/** What the lines cost together without the pieces that were cancelled, in minor units. */
export const totalOf = (lines: readonly Pieces[]): number => lines.reduce((sum, line) => sum + lineTotal(line), 0);

/** What the pieces that have left cost, in minor units. */
export const valueShipped = (lines: readonly Pieces[]): number =>
  lines.reduce((sum, { fulfilledQuantity, unitPrice }) => sum + fulfilledQuantity * unitPrice, 0);

/** All pieces that are still to be shipped. */
export const openLines = (lines: readonly OrderLine[]): LineQuantity[] =>
  lines.filter((line) => openQuantity(line) > 0).map((line) => ({ lineId: line.id, quantity: openQuantity(line) }));

/** The lines after `change` was made to each line that has pieces among these. */
export const changeLines = (
  lines: readonly OrderLine[],
  pieces: readonly LineQuantity[],
  change: (line: OrderLine, quantity: number) => OrderLine,
): readonly OrderLine[] =>
  pieces.reduce(
    (all, { lineId, quantity }) => all.map((line) => (line.id === lineId ? change(line, quantity) : line)),
    lines,
  );
