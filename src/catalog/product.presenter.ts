import { encodeId } from '../shared/ids.js';
import type { Product } from './domain/product.js';
import type { StockMovement } from './domain/stock.js';
import type { ProductView, StockMovementView } from './product.view.js';

/** A product as clients see it. */
export function presentProduct(product: Product): ProductView {
  const { id, sku, name, description, price, currency, lowestPrice, attributes, taxClass, weight, status } = product;
  const { onHand, reserved } = product;
  return {
    id: encodeId('prd', id),
    sku,
    name,
    description,
    price: { amount: price, currency },
    lowestPrice30Days: lowestPrice === null ? null : { amount: lowestPrice, currency },
    attributes,
    taxClass,
    weight,
    status,
    stock: { onHand, reserved, available: onHand - reserved },
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
    version: product.version,
  };
}

/** A row of the stock journal as clients see it. */
export function presentMovement(movement: StockMovement): StockMovementView {
  const { id, productId, kind, onHandDelta, reservedDelta, orderId, reason, createdAt } = movement;
  return {
    id: encodeId('stm', id),
    productId: encodeId('prd', productId),
    kind,
    onHandDelta,
    reservedDelta,
    orderId: orderId && encodeId('ord', orderId),
    reason,
    createdAt: createdAt.toISOString(),
  };
}
