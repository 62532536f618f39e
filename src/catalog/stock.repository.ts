import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { newId, type ProductId, type UserId } from '../shared/ids.js';
import { columnsOf, type Row, Transaction } from '../platform/database/index.js';
import { CatalogChanges } from './catalog-changes.js';
import type { Adjustment, MovementId, StockMovement } from './domain/stock.js';
import { StockLevelEntity, StockMovementEntity } from './stock.entity.js';

const MOVEMENT = columnsOf(StockMovementEntity, 'm');

// One statement changes a level and its journal, so that no code can change one without the other.
const OPEN = `
  WITH level AS (INSERT INTO stock_levels (product_id, on_hand) VALUES ($1, $2) RETURNING product_id, on_hand)
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, reason, actor_id)
  SELECT $3, product_id, 'adjust', on_hand, 0, 'opening stock', $4 FROM level WHERE on_hand > 0`;

const ADJUST = `
  WITH level AS (UPDATE stock_levels SET on_hand = on_hand + $2 WHERE product_id = $1 RETURNING product_id)
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, reason, actor_id)
  SELECT $3::uuid, product_id, 'adjust', $2::bigint, 0, $4::text, $5::uuid FROM level`;
const ADJUSTED = `
  SELECT ${MOVEMENT}, l.on_hand AS "onHand", l.reserved, p.version
  FROM stock_movements m JOIN stock_levels l ON l.product_id = m.product_id JOIN products p ON p.id = m.product_id WHERE m.id = $1`;

@Injectable()
export class StockRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly changes: CatalogChanges,
  ) {}

  /** Writes the level of a new product and, unless that is zero, its first movement. */
  open(productId: ProductId, onHand: number, actorId: UserId | undefined): void {
    this.changes.stockChanged([productId]);
    this.tx.write(OPEN, [productId, onHand, newId<'stm'>(), actorId ?? null]);
  }

  /** Returns `undefined` if the product does not exist. @throws violations of the constraints of stock_levels */
  async adjust(productId: ProductId, delta: number, reason: string, actorId: UserId): Promise<Adjustment | undefined> {
    this.changes.stockChanged([productId]);
    const id = newId<'stm'>();
    this.tx.write(ADJUST, [productId, delta, id, reason, actorId]);
    const [row] = await this.tx.query<StockMovement & Omit<Adjustment, 'movement'> & Row>(ADJUSTED, [id]);
    if (!row) return undefined;
    const { onHand, reserved, version, ...movement } = row;
    return { movement, onHand, reserved, version };
  }

  /** Returns at most `limit` movements before `before`, newest first. */
  movements(productId: ProductId, before: MovementId | undefined, limit: number): Promise<StockMovement[]> {
    const where = { productId, ...(before && { id: LessThan(before) }) };
    return this.tx.repository(StockMovementEntity).find({ where, order: { id: 'DESC' }, take: limit });
  }

  exists(productId: ProductId): Promise<boolean> {
    return this.tx.repository(StockLevelEntity).existsBy({ productId });
  }
}
