import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import type { EventId, UserId } from '../shared/ids.js';
import { mailSettings } from './mail.settings.js';

/** Limits mails to an unverified address, which may belong to somebody other than the account's owner. */
@Injectable()
export class MailQuota {
  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
  ) {}

  /** Whether to mail this event to the person. Counts each event once, also when the mail is tried again. */
  async admits(userId: UserId, eventId: EventId): Promise<boolean> {
    const parameters = [userId, eventId, this.config.of(mailSettings).unverifiedPerDay];
    const [row] = await this.tx.query<{ admitted: boolean }>('SELECT admit_mail($1, $2, $3) AS admitted', parameters);
    return row!.admitted;
  }
}
