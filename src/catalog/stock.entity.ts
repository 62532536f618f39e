import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, ProductId, UserId } from '../shared/ids.js';
import type { MovementId, MovementKind, StockMovement } from './domain/stock.js';

/** How much of a product is there: the sums of its movements. Apart from `products`, so that a reservation rewrites a narrow row. */
@Entity('stock_levels')
export class StockLevelEntity {
  @PrimaryColumn('uuid')
  readonly productId: ProductId;

  @Column('bigint', { default: 0 })
  readonly onHand: number;

  /** What is set aside for orders, of what is on hand. */
  @Column('bigint', { default: 0 })
  readonly reserved: number;
}

/** One row of the stock journal, to which rows are only added. */
@Entity('stock_movements')
export class StockMovementEntity implements StockMovement {
  @PrimaryColumn('uuid')
  readonly id: MovementId;

  @Column('uuid')
  readonly productId: ProductId;

  @Column('text')
  readonly kind: MovementKind;

  @Column('bigint')
  readonly onHandDelta: number;

  @Column('bigint')
  readonly reservedDelta: number;

  @Column('uuid', { nullable: true })
  readonly orderId: OrderId | null;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;
}

/** What the proof keeps: the sums of a product's movements that a checkpoint has seen. */
@Entity('proof_stock')
export class StockSumEntity {
  @PrimaryColumn('uuid')
  readonly productId: ProductId;

  /** The checkpoint that wrote the row. */
  @Column('int')
  readonly seq: number;

  @Column('bigint')
  readonly onHand: number;

  @Column('bigint')
  readonly reserved: number;
}
