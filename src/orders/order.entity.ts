import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LineId, OrderId, ProductId, UserId } from '../shared/ids.js';
import type { TaxMode, TaxRounding } from '../tax/index.js';
import type { FulfillmentStatus, OrderHeader } from './domain/order.js';
import type { OrderLine } from './domain/order-lines.js';
import type { OrderStatus } from './domain/order-state.js';

/** A line of an order, with name and price of the product at the time of placing. */
@Entity('order_lines')
export class OrderLineEntity implements Omit<OrderLine, 'taxLine'> {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  /** The position in the order, from 1. */
  @PrimaryColumn('smallint')
  readonly position: number;

  @Column('uuid')
  readonly id: LineId;

  @Column('uuid')
  readonly productId: ProductId;

  @Column('text')
  readonly sku: string;

  @Column('text')
  readonly name: string;

  @Column('int')
  readonly quantity: number;

  /** Minor units of the order's currency. */
  @Column('bigint')
  readonly unitPrice: number;

  @Column({ type: 'int', default: 0, insert: false })
  readonly fulfilledQuantity: number;

  @Column({ type: 'int', default: 0, insert: false })
  readonly cancelledQuantity: number;

  /** What discounts take off all pieces; `discount_allocations` has the parts. */
  @Column({ type: 'bigint', default: 0, insert: false })
  readonly discount: number;

  /** The tax of all pieces; `tax_lines` explains it. */
  @Column({ type: 'bigint', default: 0, insert: false })
  readonly tax: number;

  /** Whether the unit price includes the tax; null if no tax applies. */
  @Column({ type: 'text', nullable: true, insert: false })
  readonly taxMode: TaxMode | null;
}

/** An order. Amounts are minor units of `currency`; those that are not inserted begin at zero. */
@Entity('orders')
export class OrderEntity implements OrderHeader {
  @PrimaryColumn('uuid')
  readonly id: OrderId;

  /** From the sequence `order_numbers`: unique and growing, with gaps. */
  @Column({ type: 'bigint', update: false })
  readonly number: number;

  @Column({ type: 'uuid', update: false })
  readonly customerId: UserId;

  @Column({ type: 'char', length: 3, update: false })
  readonly currency: string;

  /** Whether it has rows in `tax_lines` and `tax_groups`. */
  @Column({ type: 'boolean', default: false, insert: false, update: false })
  readonly taxed: boolean;

  /** Where its tax is rounded. */
  @Column({ type: 'text', default: 'rate', insert: false, update: false })
  readonly taxRounding: TaxRounding;

  /** Whether it has rows in `order_discounts`, `discount_allocations` and `discount_groups`. */
  @Column({ type: 'boolean', default: false, insert: false, update: false })
  readonly discounted: boolean;

  /** Whether it has rows in `order_charges` and `charge_groups`. */
  @Column({ type: 'boolean', default: false, insert: false, update: false })
  readonly charged: boolean;

  @Column('text')
  readonly status: OrderStatus;

  @Column({ type: 'text', default: 'unfulfilled', insert: false })
  readonly fulfillmentStatus: FulfillmentStatus;

  @Column('bigint')
  readonly total: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly authorizedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly capturedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly refundedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly capturePending: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly voidPending: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly refundPending: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly disputedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly chargedBackAmount: number;

  @Column({ type: 'bigint', nullable: true, insert: false })
  readonly agreedAmount: number | null;

  @Column('timestamptz', { nullable: true })
  readonly reservedUntil: Date | null;

  @Column({ type: 'jsonb', nullable: true, update: false })
  readonly shippingAddress: Readonly<Record<string, unknown>> | null;

  @Column({ type: 'jsonb', default: {}, update: false })
  readonly metadata: Readonly<Record<string, unknown>>;

  @Column({ type: 'int', default: 1, insert: false })
  readonly version: number;

  @Column({ type: 'timestamptz', default: () => 'now()', update: false })
  readonly createdAt: Date;

  @Column('timestamptz', { default: () => 'now()' })
  readonly updatedAt: Date;
}
