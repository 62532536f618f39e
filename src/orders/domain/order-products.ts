import type { ProductId } from '../../shared/ids.js';
import type { StockQuantity } from '../../catalog/index.js';
import type { Order } from './order.js';
import { type LineQuantity } from './order-lines.js';

/** Returns the number of pieces per product in the lines, sorted by product. */
export function quantitiesOf(lines: readonly { productId: ProductId; quantity: number }[]): StockQuantity[] {
  const sums = new Map<ProductId, number>();
  for (const { productId, quantity } of lines) sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  return [...sums]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
}

/** Returns the number of pieces per product of these lines. */
export function productsOf(order: Order, lines: readonly LineQuantity[]) {
  const productOf = new Map(order.lines.map(({ id, productId }) => [id, productId]));
  return quantitiesOf(lines.map(({ lineId, quantity }) => ({ productId: productOf.get(lineId)!, quantity })));
}
