import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { UserEmailsService } from '../../users/index.js';
import { MailedTokensService } from '../mailed-tokens/mailed-tokens.service.js';
import { AddedAccess } from './added-access.js';
import { EmailChangeTokens } from './email-change-tokens.js';

/** Changes of an account's address by its owner. */
@Injectable()
export class EmailChangeService {
  constructor(
    private readonly tx: Transaction,
    private readonly tokens: EmailChangeTokens,
    private readonly emails: UserEmailsService,
    private readonly added: AddedAccess,
    private readonly mailed: MailedTokensService,
  ) {}

  /** Asks for a mail to the new address. Nothing reveals whether that has an account. */
  begin(userId: UserId, email: string): Promise<void> {
    return this.tokens.request(userId, email);
  }

  /** Gives the account the address that the mail went to, and tells the one before. @throws InvalidToken, EmailTaken */
  confirm(token: string): Promise<void> {
    return this.tx.run(async () => {
      const { userId, email } = await this.tokens.use(token, 'email_change');
      await this.emails.replace(userId, email);
    });
  }

  /**
   * Takes the account back to the address that the mail went to, ends its password, all sessions and what was added to get in, and mails a
   * token for a new password there: whoever changed the address may know the old one. @throws InvalidToken
   */
  undo(token: string): Promise<void> {
    return this.tx.run(async () => {
      const { userId, email } = await this.tokens.use(token, 'email_change_undo');
      const lostAt = await this.emails.lostAt(userId, email);
      await this.added.endSessions(userId);
      // Then the password: a short one would keep its second factor from going.
      await this.emails.restore(userId, email);
      await this.added.remove(userId, lostAt);
      await this.mailed.request('password_reset', email);
    });
  }
}
