import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { ShippingMethodId } from '../shared/ids.js';
import type { RateBasis, ShippingMethod, ShippingRate, ShippingStatus } from './domain/shipping-method.js';

/** A way to ship an order. Amounts are minor units of `currency`. */
@Entity('shipping_methods')
export class ShippingMethodEntity implements ShippingMethod {
  @PrimaryColumn('uuid')
  readonly id: ShippingMethodId;

  @Column('text')
  readonly name: string;

  @Column({ type: 'char', length: 3, update: false })
  readonly currency: string;

  @Column('bigint')
  readonly price: number;

  @Column('bigint', { nullable: true })
  readonly freeFrom: number | null;

  @Column('text', { nullable: true })
  readonly ratedBy: RateBasis | null;

  @Column('jsonb')
  readonly rates: readonly ShippingRate[];

  @Column('text', { array: true })
  readonly countries: string[];

  @Column('smallint', { nullable: true })
  readonly minDays: number | null;

  @Column('smallint', { nullable: true })
  readonly maxDays: number | null;

  @Column('text', { nullable: true })
  readonly taxClass: string | null;

  @Column('text', { default: 'active' })
  readonly status: ShippingStatus;

  @VersionColumn({ type: 'int', default: 1 })
  readonly version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
