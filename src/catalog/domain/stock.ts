import type { OrderId, ProductId, Id } from '../../shared/ids.js';

/** `reserve`, `release`, `ship` and `return` follow an order; `adjust` is what people count, find or lose. */
export type MovementKind = 'reserve' | 'release' | 'ship' | 'return' | 'adjust';
export type MovementId = Id<'stm'>;

/** One row of the stock journal. A product's stock is the sum of its movements. */
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

/** The most units of one product that Till counts (CHECK stock_not_absurd). */
export const MAX_ON_HAND = 1_000_000_000_000;
/** The most units that one adjustment adds or takes. */
export const MAX_ADJUSTMENT = 1_000_000_000;

/** An adjustment that was made: its movement, the level after it, and the version of the product. */
export interface Adjustment {
  readonly movement: StockMovement;
  readonly onHand: number;
  readonly reserved: number;
  readonly version: number;
}
