import { Injectable } from '@nestjs/common';
import { type Order, OrdersService } from '../orders/index.js';
import { assertOwnOr, type Caller, isOwn, type Permission } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { type Page, pageOf } from '../platform/http/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type OrderId, type OrderMessageId, type UserId } from '../shared/ids.js';
import type { OrderMessageEntity } from './order-message.entity.js';
import { messagePosted } from './order-message.events.js';
import { OrderMessagesRepository } from './order-messages.repository.js';

/** A message as one reader may see it. */
export type SeenMessage = Omit<OrderMessageEntity, 'authorId'> & { readonly authorId: UserId | null };

/** What customer and staff write to each other about an order. */
@Injectable()
export class OrderMessagesService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: OrderMessagesRepository,
    private readonly orders: OrdersService,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first. @throws NotFound also for another customer's order */
  async list(
    caller: Caller,
    id: OrderId,
    { before, limit }: { before: OrderMessageId | undefined; limit: number },
  ): Promise<Page<SeenMessage>> {
    const order = await this.orderFor(caller, id, 'orders:read');
    const rows = await this.repository.list(id, before, limit + 1);
    const page = pageOf(rows, limit, (row) => [row.id]);
    return { ...page, data: page.data.map((message) => seenBy(caller, order, message)) };
  }

  /** The customer of an order writes as its customer, everybody else as staff. @throws NotFound also for another customer's order */
  post(caller: Caller, id: OrderId, text: string): Promise<SeenMessage> {
    return this.tx.run(async () => {
      const order = await this.orderFor(caller, id, 'orders:message');
      const side = isOwn(caller, order.customerId) ? 'customer' : 'staff';
      const messageId = newId<'msg'>();
      const message = await this.repository.insert({ id: messageId, orderId: id, authorId: caller.userId, side, text });
      this.outbox.record(messagePosted(messageId, id, side));
      if (side === 'staff') this.audit.record(postedByStaff(id, messageId));
      return seenBy(caller, order, message);
    });
  }

  /** @throws NotFound if the caller may not write about the order */
  async assertMayPost(caller: Caller, id: OrderId): Promise<void> {
    await this.orderFor(caller, id, 'orders:message');
  }

  private async orderFor(caller: Caller, id: OrderId, permission: Permission): Promise<Order> {
    const [order] = await this.orders.findAll([id]);
    if (!order) throw new NotFound('order', encodeId('ord', id));
    assertOwnOr(caller, order.customerId, permission, 'order');
    return order;
  }
}

/** Customers are told that somebody of the staff wrote, and not who. */
function seenBy(caller: Caller, order: Order, message: OrderMessageEntity): SeenMessage {
  const isHidden = message.side === 'staff' && isOwn(caller, order.customerId) && message.authorId !== caller.userId;
  return isHidden ? { ...message, authorId: null } : message;
}

function postedByStaff(orderId: OrderId, id: OrderMessageId) {
  const target = { type: 'order', id: encodeId('ord', orderId) };
  return { action: 'order_message.posted', target, after: { messageId: encodeId('msg', id) } };
}
