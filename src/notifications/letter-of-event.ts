import { encodeId } from '../shared/ids.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import type { Order } from '../orders/index.js';
import type { Letter } from './domain/letter.js';
import {
  aboutMoney,
  notice,
  orderConfirmation,
  orderShipped,
  type Reader,
  refunded,
  type Shipment,
} from './letters.js';
import { orderOf, type Subjects } from './mail-subjects.js';
import type { MailKind } from './templates/mail-kinds.js';

/** Mails that say what happened to an account, because somebody else may have caused it. They have no token and no link; those about something new have one (`AccountMails`). */
const notices: Readonly<Record<string, MailKind>> = {
  'user.registered': 'welcome',
  'user.password_changed': 'password_changed',
  'user.second_factor_removed': 'second_factor_removed',
  'user.passkey_removed': 'passkey_removed',
  'user.identity_unlinked': 'identity_unlinked',
};
const ofEndpoints: Readonly<Record<string, MailKind>> = {
  gone: 'endpoint_gone',
  failing: 'endpoint_failing',
  not_permitted: 'endpoint_not_permitted',
};

/** Returns the letter about an event; `undefined` if what it is about is gone. */
export function letterOf(event: RecordedEvent, reader: Reader, { orders, taxes }: Subjects): Letter | undefined {
  const { type, data } = event;
  if (type === 'webhook_endpoint.disabled') {
    const values = { endpointId: String(data['endpointId']), host: String(data['host']) };
    return notice(ofEndpoints[String(data['reason'])] ?? 'endpoint_failing', reader, values);
  }
  const orderId = orderOf(event);
  if (orderId === undefined) return notice(notices[type]!, reader);
  const order = orders.get(orderId);
  return order && ofOrder(event, order, reader, taxes);
}

function ofOrder(
  { type, data }: RecordedEvent,
  order: Order,
  reader: Reader,
  taxes: Subjects['taxes'],
): Letter | undefined {
  const money = { number: order.number, amount: Number(data['amount']), currency: order.currency };
  const dispute = ['disputeId', 'provider', 'status'].map((name) => [name, String(data[name])]);
  switch (type) {
    case 'order.confirmed':
      return orderConfirmation(order, reader);
    case 'order.fulfilled': {
      const names = new Map(order.lines.map(({ id, name }) => [encodeId('lin', id), name]));
      return orderShipped(order.number, data as unknown as Shipment, (id) => names.get(id as never) ?? id, reader);
    }
    case 'refund.succeeded':
      return refunded(money, taxes.get(String(data['refundId'])) ?? [], reader);
    case 'payment.failed':
      return aboutMoney('payment_failed', money, reader);
    case 'dispute.opened':
    case 'dispute.closed':
      return aboutMoney(
        type === 'dispute.opened' ? 'dispute_opened' : 'dispute_closed',
        money,
        reader,
        Object.fromEntries(dispute),
      );
    default:
      return undefined;
  }
}
