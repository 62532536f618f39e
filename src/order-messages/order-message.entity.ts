import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, OrderMessageId, UserId } from '../shared/ids.js';

export const messageSides = ['customer', 'staff'] as const;
export type MessageSide = (typeof messageSides)[number];

/** Something that the customer of an order, or somebody of the staff, wrote about it. Never changed; erasure takes its text. */
@Entity('order_messages')
export class OrderMessageEntity {
  @PrimaryColumn('uuid')
  readonly id: OrderMessageId;

  @Column('uuid')
  readonly orderId: OrderId;

  @Column('uuid')
  readonly authorId: UserId;

  @Column('text')
  readonly side: MessageSide;

  /** Null once it was erased. */
  @Column('text', { nullable: true })
  readonly text: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;
}
