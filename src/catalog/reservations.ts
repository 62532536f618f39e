import { Injectable } from '@nestjs/common';
import { newId, type OrderId, type ProductId } from '../shared/ids.js';
import { type BatchQuery, rowsOf, Transaction } from '../platform/database/index.js';

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

const LOCK = {
  sql: `
  SELECT p.id, p.sku, p.name, p.price, p.currency, p.status = 'active' AS active, s.on_hand - s.reserved AS available
  FROM stock_levels s JOIN products p ON p.id = s.product_id
  WHERE s.product_id = ANY ($1::uuid[])
  ORDER BY s.product_id
  FOR UPDATE OF s`,
  key: 'id',
  locks: 'stock',
} as const satisfies BatchQuery;

/** What each kind of movement adds, per piece, to [on hand, reserved]. */
const effects = { reserve: [0, 1], release: [0, -1], ship: [-1, -1] } as const;

/** One statement changes the levels and writes their journal rows, so that the two can't differ. */
const MOVE = `
  WITH moved AS (
    ${rowsOf('id uuid, product_id uuid, kind text, on_hand_delta bigint, reserved_delta bigint, order_id uuid')}
  ), levels AS (
    UPDATE stock_levels s SET on_hand = s.on_hand + m.on_hand, reserved = s.reserved + m.reserved
    FROM (SELECT product_id, sum(on_hand_delta)::bigint AS on_hand, sum(reserved_delta)::bigint AS reserved FROM moved
      GROUP BY product_id) m
    WHERE s.product_id = m.product_id
  )
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id) SELECT * FROM moved`;

/** Stock as orders move it. The rows are locked in id order, whoever asks; the constraints have the last word. */
@Injectable()
export class StockReservations {
  constructor(private readonly tx: Transaction) {}

  /** Locks the stock of the products until the transaction ends. Products that do not exist are left out. */
  lock(ids: readonly ProductId[]): Promise<OrderableProduct[]> {
    return this.tx.queryBatch<OrderableProduct & Record<string, unknown>>(
      LOCK,
      ids.map((id) => [id]),
    );
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
    const [onHand, reserved] = effects[kind];
    this.tx.writeBatch(
      MOVE,
      quantities.map(({ productId, quantity }) => [
        newId<'stm'>(),
        productId,
        kind,
        quantity * onHand,
        quantity * reserved,
        orderId,
      ]),
    );
  }
}
