import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProductId } from '../shared/ids.js';

/** A price that a product had from a time on. Triggers of `products` write the rows. */
@Entity('price_changes')
export class PriceChangeEntity {
  @PrimaryColumn('uuid')
  readonly productId: ProductId;

  @PrimaryColumn('timestamptz')
  readonly since: Date;

  /** Minor units of `currency`. */
  @Column('bigint')
  readonly price: number;

  @Column('char', { length: 3 })
  readonly currency: string;
}
