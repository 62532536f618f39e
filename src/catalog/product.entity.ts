import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { ProductId } from '../shared/ids.js';
import type { Attributes, ProductStatus } from './domain/product.js';

/** Columns that the database keeps by itself. */
const kept = { select: false, insert: false, update: false } as const;

/** A product. Its stock is in another table, `stock_levels`. */
@Entity('products')
export class ProductEntity {
  @PrimaryColumn('uuid')
  readonly id: ProductId;

  /** Unique, ignoring case and Unicode normal form: see `skuKey`. */
  @Column('text')
  sku: string;

  @Column('text')
  name: string;

  @Column('text', { default: '' })
  description: string;

  /** Minor units of `currency`. */
  @Column('bigint')
  price: number;

  @Column('char', { length: 3 })
  currency: string;

  /**
   * Minor units of `currency`: the lowest price of the 30 days before the present reduction, which a trigger writes; null if the price
   * was not reduced.
   */
  @Column({ type: 'bigint', nullable: true, insert: false, update: false })
  readonly lowestPrice: number | null;

  @Column('jsonb', { default: {} })
  attributes: Attributes;

  /** Which tax rate applies, in the shop's words; null if none does. */
  @Column('text', { nullable: true })
  taxClass: string | null;

  /** Of one piece, in grams; null if it is not known. */
  @Column('int', { nullable: true })
  weight: number | null;

  @Column('text', { default: 'active' })
  status: ProductStatus;

  @VersionColumn({ type: 'int', default: 1 })
  readonly version: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  readonly updatedAt: Date;

  /** The folded sku, which a trigger writes. */
  @Column({ type: 'text', ...kept })
  readonly skuKey?: string;

  /** The words of sku, name and description, which the database derives from them. */
  @Column({ type: 'tsvector', ...kept })
  readonly search?: string;
}
