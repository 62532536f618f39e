import { encodeId } from '../shared/ids.js';
import type { DomainEvent } from '../platform/outbox/index.js';
import type { Product } from './domain/product.js';
import type { Adjustment } from './domain/stock.js';
import { presentMovement, presentProduct } from './product.presenter.js';
import type { ProductEventData, StockAdjustedEventData } from './catalog-event.view.js';

export function productCreated(product: Product): DomainEvent {
  return about(product, 'product.created', { product: presentProduct(product) } satisfies ProductEventData);
}

/** Any change of a product except of its stock, including archiving. */
export function productUpdated(product: Product): DomainEvent {
  return about(product, 'product.updated', { product: presentProduct(product) } satisfies ProductEventData);
}

export function stockAdjusted({ movement, onHand, reserved, version }: Adjustment): DomainEvent {
  const stock = { onHand, reserved, available: onHand - reserved };
  const data = { movement: presentMovement(movement), stock } satisfies StockAdjustedEventData;
  return about({ id: movement.productId, version }, 'stock.adjusted', data);
}

function about({ id, version }: Pick<Product, 'id' | 'version'>, type: string, data: DomainEvent['data']): DomainEvent {
  return { type, aggregate: { type: 'product', id: encodeId('prd', id), version }, data };
}
