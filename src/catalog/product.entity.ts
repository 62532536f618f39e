import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { ProductId } from '../shared/ids.js';
import type { Attributes, ProductStatus } from './domain/product.js';

/** What a shop says about a thing it sells. Its stock is kept apart, in `stock_levels`. */
@Entity('products')
export class ProductEntity {
  @PrimaryColumn('uuid')
  readonly id: ProductId;

  /** Unique, whatever its case and Unicode normal form: `sku_key`, which a trigger keeps, is the folded one. */
  @Column('text')
  sku: string;

  @Column('text')
  name: string;

  @Column('text')
  description: string;

  /** Minor units of `currency`. */
  @Column('bigint')
  price: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column('jsonb')
  attributes: Attributes;

  @Column('text')
  status: ProductStatus;

  @VersionColumn()
  readonly version: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  readonly createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  readonly updatedAt: Date;
}
