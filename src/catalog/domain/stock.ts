import type { OrderId, ProductId, Id } from '../../shared/ids.js';

/** Orders cause `reserve`, `release`, `ship` and `return`; people make `adjust`. */
export type MovementKind = 'reserve' | 'release' | 'ship' | 'return' | 'adjust';
export type MovementId = Id<'stm'>;

/** A row of the stock journal. A product's stock is the sum of its movements. */
export interface StockMovement {
  readonly id: MovementId;
  readonly productId: ProductId;
  readonly kind: MovementKind;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly orderId: OrderId | null;
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** The maximum stock of one product (CHECK stock_not_absurd). */
export const MAX_ON_HAND = 1_000_000_000_000;
/** The maximum size of one adjustment. */
export const MAX_ADJUSTMENT = 1_000_000_000;

/** The result of an adjustment: the movement, the new level, and the version of the product. */
export interface Adjustment {
  readonly movement: StockMovement;
  readonly onHand: number;
  readonly reserved: number;
  readonly version: number;
}
