import { Injectable } from '@nestjs/common';
import { newId, type OrderId, type ProductId } from '../shared/ids.js';
import { type BatchQuery, Transaction, valuesOf } from '../platform/database/index.js';
import { CatalogChanges } from './catalog-changes.js';
import { StockMovementEntity } from './stock.entity.js';

/** A product with the fields that an order needs. */
export interface OrderableProduct {
  readonly id: ProductId;
  readonly sku: string;
  readonly name: string;
  /** Minor units of `currency`. */
  readonly price: number;
  readonly currency: string;
  /** Which tax rate applies; null if none does. */
  readonly taxClass: string | null;
  /** Of one piece, in grams; null if it is not known. */
  readonly weight: number | null;
  readonly active: boolean;
  readonly available: number;
}

/** A number of pieces of a product. A list has at most one entry per product. */
export interface StockQuantity {
  readonly productId: ProductId;
  readonly quantity: number;
}

const OFFERS = `
  SELECT p.id, p.sku, p.name, p.price, p.currency, p.tax_class AS "taxClass", p.weight, p.status = 'active' AS active,
    s.on_hand - s.reserved AS available
  FROM stock_levels s JOIN products p ON p.id = s.product_id
  WHERE s.product_id = ANY ($1::uuid[])
  ORDER BY s.product_id`;
const LOCK = {
  sql: `${OFFERS} FOR UPDATE OF s`,
  key: 'id',
  locks: 'stock',
  sharesLocks: true,
} as const satisfies BatchQuery;

/** The change of [on hand, reserved] per piece, by kind of movement. */
const effects = { reserve: [0, 1], release: [0, -1], ship: [-1, -1] } as const;

const MOVED = valuesOf(StockMovementEntity, ['id', 'productId', 'kind', 'onHandDelta', 'reservedDelta', 'orderId']);
/** One statement changes the levels and writes the journal, so that the two can't differ. */
const MOVE = {
  ...MOVED,
  sql: `
  WITH moved AS (${MOVED.sql}), levels AS (
    UPDATE stock_levels s SET on_hand = s.on_hand + m.on_hand, reserved = s.reserved + m.reserved
    FROM (SELECT product_id, sum(on_hand_delta)::bigint AS on_hand, sum(reserved_delta)::bigint AS reserved FROM moved
      GROUP BY product_id) m
    WHERE s.product_id = m.product_id
  )
  INSERT INTO stock_movements (${MOVED.columns}) SELECT * FROM moved`,
};

/** Changes of stock by orders. Rows are always locked in id order; constraints refuse invalid levels. */
@Injectable()
export class StockReservations {
  constructor(
    private readonly tx: Transaction,
    private readonly changes: CatalogChanges,
  ) {}

  /** Returns the products as they are now, and locks nothing. Omits products that do not exist. */
  offers(ids: readonly ProductId[]): Promise<OrderableProduct[]> {
    return this.tx.query<OrderableProduct & Record<string, unknown>>(OFFERS, [ids]);
  }

  /** Returns the products, and locks their stock until the transaction ends. Omits products that do not exist. */
  lock(ids: readonly ProductId[]): Promise<OrderableProduct[]> {
    return this.tx.queryBatch<OrderableProduct & Record<string, unknown>>(
      LOCK,
      ids.map((id) => [id]),
    );
  }

  /** Reserves pieces for an order; call `lock` first. */
  reserve(orderId: OrderId, quantities: readonly StockQuantity[]): void {
    this.move('reserve', orderId, quantities);
  }

  /** Releases pieces that an order had reserved; locks the rows. */
  async release(orderId: OrderId, quantities: readonly StockQuantity[]): Promise<void> {
    await this.lock(quantities.map(({ productId }) => productId));
    this.move('release', orderId, quantities);
  }

  /** Ships pieces that an order had reserved; locks the rows. */
  async ship(orderId: OrderId, quantities: readonly StockQuantity[]): Promise<void> {
    await this.lock(quantities.map(({ productId }) => productId));
    this.move('ship', orderId, quantities);
  }

  private move(kind: keyof typeof effects, orderId: OrderId, quantities: readonly StockQuantity[]): void {
    const [onHand, reserved] = effects[kind];
    this.changes.stockChanged(quantities.map(({ productId }) => productId));
    this.tx.writeBatch(
      MOVE,
      quantities.map(({ productId, quantity }) => ({
        id: newId<'stm'>(),
        productId,
        kind,
        onHandDelta: quantity * onHand,
        reservedDelta: quantity * reserved,
        orderId,
      })),
    );
  }
}
