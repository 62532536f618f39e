import { Injectable } from '@nestjs/common';
import { encodeId, type EventId } from '../shared/ids.js';
import { Deliveries, type Effect, FinalFailure } from '../platform/delivery/index.js';
import { counter } from '../platform/metrics/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { traced } from '../platform/tracing/index.js';
import type { Contact } from '../users/index.js';
import { ACCOUNT_MAIL_TYPES, AccountMails } from './account-mails.js';
import type { Letter } from './domain/letter.js';
import { endpointDisabled, type GivenUp } from './domain/endpoint-disabled.js';
import { orderConfirmation } from './domain/order-confirmation.js';
import { isSecurityEvent, securityNotice } from './domain/security-notice.js';
import { welcome } from './domain/welcome.js';
import { MailQuota } from './mail-quota.js';
import { MailSubjects, orderOf, type Orders, recipientOf } from './mail-subjects.js';
import { MailTransport } from './mail-transport.js';
import { nameInMail } from './name-in-mail.js';

/** The consumer's name, in `event_deliveries` and of its jobs. */
export const MAIL = 'mail';

/** The events that people get mail about. */
export const MAILED_TYPES = [
  'order.confirmed',
  'user.registered',
  'webhook_endpoint.disabled',
  'user.password_changed',
  'user.second_factor_added',
  'user.second_factor_removed',
  'user.passkey_added',
  'user.passkey_removed',
  'user.identity_linked',
  'user.identity_unlinked',
  ...ACCOUNT_MAIL_TYPES,
] as const;

const sent = counter('till_mails_sent_total', 'E-mails handed over, by event type.', { type: MAILED_TYPES });

const withheld = counter(
  'till_mails_withheld_total',
  'E-mails not sent because their unverified address has reached its daily limit, by event type.',
  { type: MAILED_TYPES },
);

const failed = counter(
  'till_mail_failures_total',
  'E-mails that were not sent, by whether they are tried again or refused for good.',
  {
    outcome: ['retried', 'refused'],
  },
);

/** Sends the mails that follow from events. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly subjects: MailSubjects,
    private readonly accounts: AccountMails,
    private readonly transport: MailTransport,
    private readonly quota: MailQuota,
  ) {}

  /** Sends one mail for each of these events. */
  mail(eventIds: readonly EventId[]): Promise<void> {
    return this.deliveries.handle(MAIL, eventIds, (events) => this.prepare(events), this.transport.concurrency);
  }

  private async prepare(events: readonly RecordedEvent[]): Promise<Effect> {
    const { orders, contacts } = await this.subjects.of(events);
    return async (event) => {
      if (this.accounts.isAbout(event)) return this.sendToken(event);
      const recipient = recipientOf(event, orders);
      const contact = recipient && contacts.get(recipient);
      if (!contact) return;
      const mayBeSent = isPaidFor(event, orders) || (await this.quota.admits(contact.id, event.id));
      if (mayBeSent) await this.send(event, contact, letterFor(event, contact, orders));
      else withheld.inc({ type: event.type });
    };
  }

  /** Nobody gets a mail if the address has no account, or if it got enough of them. */
  private async sendToken(event: RecordedEvent): Promise<void> {
    const mail = await this.accounts.mailOf(event);
    if (mail) await this.send(event, mail.to, mail.letter);
  }

  private async send(event: RecordedEvent, { id, name, email }: Contact, letter: Letter): Promise<void> {
    const to = { name: nameInMail(name), address: email };
    const recipientId = encodeId('usr', id);
    const mail = { ...letter, id: encodeId('evt', event.id), recipientId, to, date: event.createdAt };
    const attributes = { 'till.event.type': event.type };
    await traced('send mail', { kind: 'client', attributes }, () => this.transport.send(mail)).catch(
      (error: unknown) => {
        failed.inc({ outcome: error instanceof FinalFailure ? 'refused' : 'retried' });
        throw error;
      },
    );
    sent.inc({ type: event.type });
  }
}

/** Paid orders are always confirmed by mail: nobody pays just to send mail to a stranger. */
function isPaidFor(event: RecordedEvent, orders: Orders): boolean {
  const orderId = orderOf(event);
  return orderId !== undefined && (orders.get(orderId)?.total ?? 0) > 0;
}

function letterFor(event: RecordedEvent, contact: Contact, orders: Orders): Letter {
  const orderId = orderOf(event);
  const name = nameInMail(contact.name);
  if (event.type === 'webhook_endpoint.disabled') return endpointDisabled(name, event.data as unknown as GivenUp);
  if (orderId) return orderConfirmation(orders.get(orderId)!, name);
  return isSecurityEvent(event.type) ? securityNotice(event.type, name) : welcome(name);
}
