import { Injectable } from '@nestjs/common';
import { newId, type OrderId, type ProductId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';

/** A product as an order sees it, its stock row locked. */
export interface OrderableProduct {
  readonly id: ProductId;
  readonly sku: string;
  readonly name: string;
  /** Minor units of `currency`. */
  readonly price: number;
  readonly currency: string;
  readonly active: boolean;
  readonly available: number;
}

/** So many pieces of a product; at most one for each product in a list. */
export interface StockQuantity {
  readonly productId: ProductId;
  readonly quantity: number;
}

const LOCK = `
  SELECT p.id, p.sku, p.name, p.price, p.currency, p.status = 'active' AS active, s.on_hand - s.reserved AS available
  FROM stock_levels s JOIN products p ON p.id = s.product_id
  WHERE s.product_id = ANY ($1::uuid[])
  ORDER BY s.product_id
  FOR UPDATE OF s`;

/** What each kind of movement adds, per piece, to [on hand, reserved]. */
const effects = { reserve: [0, 1], release: [0, -1], ship: [-1, -1] } as const;

/** One statement changes the levels and writes their journal rows, so that the two can't differ. */
const MOVE = `
  WITH moved AS (
    SELECT product_id, quantity, movement_id
    FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS t (product_id, quantity, movement_id)
  ), levels AS (
    UPDATE stock_levels s SET on_hand = s.on_hand + m.quantity * $5, reserved = s.reserved + m.quantity * $6
    FROM moved m WHERE s.product_id = m.product_id
  )
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id)
  SELECT movement_id, product_id, $4, quantity * $5, quantity * $6, $7 FROM moved`;

/** Stock as orders move it. The rows are locked in id order, whoever asks; the constraints have the last word. */
@Injectable()
export class StockReservations {
  constructor(private readonly tx: Transaction) {}

  /** Locks the stock of the products until the transaction ends. Products that do not exist are left out. */
  lock(ids: readonly ProductId[]): Promise<OrderableProduct[]> {
    return this.tx.query<OrderableProduct & Record<string, unknown>>(LOCK, [ids]);
  }

  /** Sets pieces aside for an order; `lock` them first. */
  reserve(orderId: OrderId, quantities: readonly StockQuantity[]): void {
    this.move('reserve', orderId, quantities);
  }

  /** Gives back what an order had set aside; locks the rows. */
  async release(orderId: OrderId, quantities: readonly StockQuantity[]): Promise<void> {
    await this.lock(quantities.map(({ productId }) => productId));
    this.move('release', orderId, quantities);
  }

  /** Takes pieces that an order had set aside out of the house; locks the rows. */
  async ship(orderId: OrderId, quantities: readonly StockQuantity[]): Promise<void> {
    await this.lock(quantities.map(({ productId }) => productId));
    this.move('ship', orderId, quantities);
  }

  private move(kind: keyof typeof effects, orderId: OrderId, quantities: readonly StockQuantity[]): void {
    if (quantities.length === 0) return;
    this.tx.write(MOVE, [
      quantities.map(({ productId }) => productId),
      quantities.map(({ quantity }) => quantity),
      quantities.map(() => newId<'stm'>()),
      kind,
      ...effects[kind],
      orderId,
    ]);
  }
}
