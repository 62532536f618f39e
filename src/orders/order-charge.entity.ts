import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargeId, OrderId, ShippingMethodId } from '../shared/ids.js';
import type { TaxMode } from '../tax/index.js';
import type { ChargeGroup } from './domain/charge-groups.js';
import type { ChargeKind, OrderCharge } from './domain/order-charges.js';

/** What an order costs beside its goods, with one tax; it never changes. Amounts are minor units. */
@Entity('order_charges')
export class OrderChargeEntity implements Omit<OrderCharge, 'taxLine'> {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  /** The place in the order, from 1. */
  @PrimaryColumn('smallint')
  readonly position: number;

  @Column('uuid')
  readonly id: ChargeId;

  @Column('text')
  readonly kind: ChargeKind;

  @Column('text')
  readonly name: string;

  @Column('uuid', { nullable: true })
  readonly methodId: ShippingMethodId | null;

  @Column('bigint')
  readonly amount: number;

  /** What discounts take off it; `discount_allocations` has the parts. */
  @Column('bigint', { default: 0 })
  readonly discount: number;

  /** `tax_lines` explains it. */
  @Column('bigint', { default: 0 })
  readonly tax: number;

  /** Whether the amount includes the tax; null if no tax applies. */
  @Column('text', { nullable: true })
  readonly taxMode: TaxMode | null;
}

/** The sums of an order's charges by tax, before discounts. Amounts are minor units. */
@Entity('charge_groups')
export class ChargeGroupEntity implements ChargeGroup {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  @PrimaryColumn('text')
  readonly tax: string;

  @Column('bigint')
  readonly net: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly bookedGross: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly booked: number;
}
