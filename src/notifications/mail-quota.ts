import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import type { EventId, UserId } from '../shared/ids.js';

/** Keeps an account from mailing a stranger's address over and over: nobody has proven yet that the address is its owner's. */
@Injectable()
export class MailQuota {
  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
  ) {}

  /** Whether the event may be mailed to the person; counted once for each event, however often it is tried. */
  async admits(userId: UserId, eventId: EventId): Promise<boolean> {
    const parameters = [userId, eventId, this.config.mail.unverifiedPerDay];
    const [row] = await this.tx.query<{ admitted: boolean }>('SELECT admit_mail($1, $2, $3) AS admitted', parameters);
    return row!.admitted;
  }
}
