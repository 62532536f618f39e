import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FulfillmentId, LineId, OrderId, UserId } from '../shared/ids.js';

/** Shipped pieces of a line. */
@Entity('fulfillment_lines')
export class FulfillmentLineEntity {
  @PrimaryColumn('uuid')
  readonly fulfillmentId: FulfillmentId;

  @PrimaryColumn('uuid')
  readonly lineId: LineId;

  @Column('int')
  readonly quantity: number;
}

/** A shipment of some lines of an order. */
@Entity('fulfillments')
export class FulfillmentEntity {
  @PrimaryColumn('uuid')
  readonly id: FulfillmentId;

  @Column('uuid')
  readonly orderId: OrderId;

  @Column('text', { nullable: true })
  readonly carrier: string | null;

  @Column('text', { nullable: true })
  readonly trackingNumber: string | null;

  /** Who shipped it. */
  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;
}
