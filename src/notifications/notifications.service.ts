import { Injectable } from '@nestjs/common';
import type { EventId } from '../shared/ids.js';
import { Config } from '../platform/config/index.js';
import { Deliveries, type Effect } from '../platform/delivery/index.js';
import { counter } from '../platform/metrics/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { AccountMails } from './account-mails.js';
import { letterOf } from './letter-of-event.js';
import { MailQuota } from './mail-quota.js';
import { MailSubjects, orderOf, recipientOf, type Subjects } from './mail-subjects.js';
import { mailSettings } from './mail.settings.js';
import { MAILED_TYPES } from './mailed-types.js';
import { Mailer } from './mailer.js';
import { defaultLanguage } from '../shared/languages.js';
import { nameInMail } from './name-in-mail.js';

/** The consumer's name, in `event_deliveries` and of its jobs. */
export const MAIL = 'mail';

const withheld = counter(
  'till_mails_withheld_total',
  'E-mails not sent because their unverified address has reached its daily limit, by event type.',
  { type: MAILED_TYPES },
);

/** Where mails go, and how many. */
@Injectable()
export class MailRules {
  /** Who in the shop gets mails about disputes. */
  readonly disputesTo: ReturnType<typeof mailSettings.settings>['disputesTo'];

  constructor(
    config: Config,
    readonly quota: MailQuota,
  ) {
    this.disputesTo = config.of(mailSettings).disputesTo;
  }
}

/** Sends the mails that follow from events. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly subjects: MailSubjects,
    private readonly accounts: AccountMails,
    private readonly mailer: Mailer,
    private readonly rules: MailRules,
  ) {}

  /** Sends one mail for each of these events. */
  mail(eventIds: readonly EventId[]): Promise<void> {
    return this.deliveries.handle(MAIL, eventIds, (events) => this.prepare(events), this.mailer.concurrency);
  }

  private async prepare(events: readonly RecordedEvent[]): Promise<Effect> {
    const subjects = await this.subjects.of(events);
    return (event) => {
      if (this.accounts.isAbout(event)) return this.sendToken(event);
      if (event.type.startsWith('dispute.')) return this.tellShop(event, subjects);
      return this.tellPerson(event, subjects);
    };
  }

  private async tellPerson(event: RecordedEvent, subjects: Subjects): Promise<void> {
    const recipient = recipientOf(event, subjects.orders);
    const contact = recipient && subjects.contacts.get(recipient);
    if (!contact) return;
    const reader = { name: nameInMail(contact.name), language: contact.language };
    const letter = this.accounts.isUndoable(event)
      ? await this.accounts.additionLetter(event, contact.id, reader)
      : letterOf(event, reader, subjects);
    if (!letter) return;
    const mayBeSent = isPaidFor(event, subjects) || (await this.rules.quota.admits(contact.id, event.id));
    if (mayBeSent) await this.mailer.send(event, contact, letter);
    else withheld.inc({ type: event.type });
  }

  /** Disputes are the shop's business. */
  private async tellShop(event: RecordedEvent, subjects: Subjects): Promise<void> {
    const { disputesTo } = this.rules;
    const letter = disputesTo && letterOf(event, { name: disputesTo.name, language: defaultLanguage }, subjects);
    if (letter) await this.mailer.send(event, { name: disputesTo.name, email: disputesTo.address }, letter);
  }

  /** Nobody gets a mail if the address has no account, or if it got enough of them. */
  private async sendToken(event: RecordedEvent): Promise<void> {
    const mail = await this.accounts.mailOf(event);
    if (mail) await this.mailer.send(event, mail.to, mail.letter);
  }
}

/** What happens to paid orders is always told by mail: nobody pays just to send mail to a stranger. */
function isPaidFor(event: RecordedEvent, { orders }: Subjects): boolean {
  const orderId = event.type === 'payment.failed' ? undefined : orderOf(event);
  return orderId !== undefined && (orders.get(orderId)?.total ?? 0) > 0;
}
