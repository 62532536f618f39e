import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargeId, DiscountId, LineId, OrderId, PromotionId, UserId } from '../shared/ids.js';
import type { Benefit } from '../promotions/index.js';
import type { DiscountGroup } from './domain/discount-groups.js';
import type { DiscountPart, DiscountSource, OrderDiscount } from './domain/order-discounts.js';

/** A discount of an order with what explains it, as it was when the order was placed. Amounts are minor units. */
@Entity('order_discounts')
export class OrderDiscountEntity implements Omit<OrderDiscount, 'parts'> {
  @PrimaryColumn('uuid')
  readonly id: DiscountId;

  @Column('uuid')
  readonly orderId: OrderId;

  /** The order's customer, by whom uses are counted. */
  @Column('uuid')
  readonly customerId: UserId;

  /** The place in the order in which discounts were taken, from 1. */
  @Column('smallint')
  readonly position: number;

  @Column('text')
  readonly source: DiscountSource;

  @Column('uuid', { nullable: true })
  readonly promotionId: PromotionId | null;

  @Column('text', { nullable: true })
  readonly code: string | null;

  @Column('text')
  readonly name: string;

  @Column('text')
  readonly benefit: Benefit;

  @Column('numeric', { nullable: true })
  readonly percentage: string | null;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  @Column('bigint')
  readonly amount: number;
}

/** The part of a discount that is taken off one line or charge, in minor units. */
@Entity('discount_allocations')
export class DiscountAllocationEntity implements DiscountPart {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  @PrimaryColumn('uuid')
  readonly lineId: LineId | ChargeId;

  @PrimaryColumn('uuid')
  readonly discountId: DiscountId;

  @Column('bigint')
  readonly amount: number;
}

/** The sums of an order's discounts by tax, without cancelled pieces. Amounts are minor units. */
@Entity('discount_groups')
export class DiscountGroupEntity implements DiscountGroup {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  @PrimaryColumn('text')
  readonly tax: string;

  @Column('bigint')
  readonly discount: number;

  @Column('bigint')
  readonly net: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly bookedGross: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly booked: number;
}
