import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { decodeId, type OrderId, type UserId } from '../shared/ids.js';
import { type Order, OrdersService } from '../orders/index.js';
import { type Contact, UsersService } from '../users/index.js';

export type Orders = ReadonlyMap<OrderId, Order>;

/** What mails are about, and to whom they go. */
@Injectable()
export class MailSubjects {
  constructor(
    private readonly orders: OrdersService,
    private readonly users: UsersService,
  ) {}

  /** Reads the orders and the people of these events. */
  async of(events: readonly RecordedEvent[]): Promise<{ orders: Orders; contacts: ReadonlyMap<UserId, Contact> }> {
    const orderIds = events.map((event) => orderOf(event)).filter((id) => id !== undefined);
    const orders = new Map((await this.orders.findAll(orderIds)).map((order) => [order.id, order]));
    const userIds = events.map((event) => recipientOf(event, orders)).filter((id) => id !== undefined);
    const contacts = await this.users.contacts([...new Set(userIds)]);
    return { orders, contacts: new Map(contacts.map((contact) => [contact.id, contact])) };
  }
}

export function orderOf(event: RecordedEvent): OrderId | undefined {
  return event.type === 'order.confirmed' ? decodeId('ord', event.aggregate.id) : undefined;
}

export function recipientOf(event: RecordedEvent, orders: Orders): UserId | undefined {
  const orderId = orderOf(event);
  if (event.type === 'webhook_endpoint.disabled') return decodeId('usr', String(event.data['ownerId']));
  return orderId ? orders.get(orderId)?.customerId : decodeId('usr', event.aggregate.id);
}
