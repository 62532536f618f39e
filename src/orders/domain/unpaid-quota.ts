import { DomainError } from '../../shared/errors.js';
import type { ProductId } from '../../shared/ids.js';
import type { StockQuantity } from '../../catalog/index.js';

/** The limits of one customer without payment. */
export interface UnpaidQuota {
  /** Unpaid orders at a time. */
  readonly orders: number;
  /** Pieces of one product in unpaid orders. */
  readonly pieces: number;
}

/** The unpaid holdings of a customer before a new order. */
export interface UnpaidHoldings {
  readonly orders: number;
  /** Unpaid pieces by product, for products of the new order; null if there are none. */
  readonly pieces: Readonly<Record<ProductId, number>> | null;
}

export class TooManyUnpaidOrders extends DomainError {
  readonly code = 'too_many_unpaid_orders';
  readonly kind = 'conflict';
  constructor(limit: number) {
    super(`A customer may have ${limit} unpaid orders at once. Pay or cancel one of them first.`, { transient: true });
  }
}

export class TooManyPiecesHeld extends DomainError {
  readonly code = 'too_many_pieces_held';
  readonly kind = 'conflict';
  constructor(limit: number) {
    super(
      `A customer may hold ${limit} pieces of one product without having paid for them. Order fewer, or pay first.`,
      { transient: true },
    );
  }
}

/**
 * Refuses a new order that exceeds the customer's limits. An order that costs nothing is never unpaid.
 * @throws TooManyUnpaidOrders, TooManyPiecesHeld
 */
export function assertWithinQuota(held: UnpaidHoldings, wanted: readonly StockQuantity[], quota: UnpaidQuota): void {
  if (held.orders >= quota.orders) throw new TooManyUnpaidOrders(quota.orders);
  const tooMany = wanted.some(({ productId, quantity }) => quantity + (held.pieces?.[productId] ?? 0) > quota.pieces);
  if (tooMany) throw new TooManyPiecesHeld(quota.pieces);
}
