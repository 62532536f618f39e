import { Injectable } from '@nestjs/common';
import { FinalFailure } from '../platform/delivery/index.js';
import { Logger } from '../platform/logging/index.js';
import { counter } from '../platform/metrics/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { traced } from '../platform/tracing/index.js';
import { encodeId } from '../shared/ids.js';
import type { Letter } from './domain/letter.js';
import { MailBounces } from './mail-bounces.js';
import { AddressRefused, MailTransport } from './mail-transport.js';
import { MAILED_TYPES } from './mailed-types.js';
import { nameInMail } from './name-in-mail.js';
import type { Recipient } from './recipient.js';

const sent = counter('till_mails_sent_total', 'E-mails handed over, by event type.', { type: MAILED_TYPES });
const failed = counter(
  'till_mail_failures_total',
  'E-mails that were not sent, by whether they are tried again or refused for good.',
  { outcome: ['retried', 'refused'] },
);
const bounced = counter('till_mails_to_bounced_total', 'E-mails not sent because their address had bounced.', {
  type: MAILED_TYPES,
});

/** Sends letters, each with the id of its event, and none to an address that is known not to exist. */
@Injectable()
export class Mailer {
  constructor(
    private readonly transport: MailTransport,
    private readonly bounces: MailBounces,
    private readonly logger: Logger,
  ) {}

  /** How many mails to send at the same time. */
  get concurrency(): number {
    return this.transport.concurrency;
  }

  /** @throws FinalFailure when the mail is refused for good; another error when it may be sent again */
  async send(event: RecordedEvent, recipient: Recipient, letter: Letter): Promise<void> {
    const { id, name, email } = recipient;
    const eventId = encodeId('evt', event.id);
    if (id && (recipient.hasBounced ?? (await this.bounces.has(id, email)))) {
      bounced.inc({ type: event.type });
      this.logger.info('no mail to an address that bounced', { eventId, userId: encodeId('usr', id) });
      return;
    }
    const to = { name: nameInMail(name), address: email };
    const mail = { ...letter, id: eventId, recipientId: id ? encodeId('usr', id) : 'shop', to, date: event.createdAt };
    const attributes = { 'till.event.type': event.type };
    try {
      await traced('send mail', { kind: 'client', attributes }, () => this.transport.send(mail));
    } catch (error) {
      failed.inc({ outcome: error instanceof FinalFailure ? 'refused' : 'retried' });
      if (id && error instanceof AddressRefused) await this.bounces.record(id, email, error.message);
      throw error;
    }
    sent.inc({ type: event.type });
  }
}
