import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { decodeId, type OrderId, type UserId } from '../shared/ids.js';
import { type Order, OrdersService } from '../orders/index.js';
import { type Contact, UsersService } from '../users/index.js';
import { MailBounces } from './mail-bounces.js';
import { type RefundTax, RefundTaxes } from './refund-taxes.js';

/** What some mails are about, and to whom they go. */
export interface Subjects {
  readonly orders: ReadonlyMap<OrderId, Order>;
  readonly contacts: ReadonlyMap<UserId, Contact & { readonly hasBounced: boolean }>;
  /** By the public id of the refund. */
  readonly taxes: ReadonlyMap<string, readonly RefundTax[]>;
}

/** Finds what mails are about. */
@Injectable()
export class MailSubjects {
  constructor(
    private readonly orders: OrdersService,
    private readonly users: UsersService,
    private readonly taxes: RefundTaxes,
    private readonly bounces: MailBounces,
  ) {}

  /** Reads the orders, the people and the taxes of refunds of these events. */
  async of(events: readonly RecordedEvent[]): Promise<Subjects> {
    const orderIds = events.map((event) => orderOf(event)).filter((id) => id !== undefined);
    const orders = new Map((await this.orders.findAll([...new Set(orderIds)])).map((order) => [order.id, order]));
    const userIds = new Set(events.map((event) => recipientOf(event, orders)).filter((id) => id !== undefined));
    const refunds = events
      .filter(({ type }) => type === 'refund.succeeded')
      .map(({ data }) => String(data['refundId']));
    const [contacts, bounced, taxes] = await Promise.all([
      this.users.contacts([...userIds]),
      this.bounces.of([...userIds]),
      this.taxes.of(refunds),
    ]);
    const known = contacts.map((contact) => ({ ...contact, hasBounced: bounced.has(contact.email.toLowerCase()) }));
    return { orders, contacts: new Map(known.map((contact) => [contact.id, contact])), taxes };
  }
}

/** The order that a mail is about, if it is about one. */
export function orderOf({ type, aggregate, data }: RecordedEvent): OrderId | undefined {
  if (type.startsWith('order.')) return decodeId('ord', aggregate.id);
  return /^(?:payment|refund|dispute)\./.test(type) ? decodeId('ord', String(data['orderId'])) : undefined;
}

export function recipientOf(event: RecordedEvent, orders: Subjects['orders']): UserId | undefined {
  if (event.type.startsWith('dispute.')) return undefined;
  const orderId = orderOf(event);
  if (event.type === 'webhook_endpoint.disabled') return decodeId('usr', String(event.data['ownerId']));
  return orderId ? orders.get(orderId)?.customerId : decodeId('usr', event.aggregate.id);
}
