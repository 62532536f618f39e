import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { UsersService } from '../../users/index.js';
import { AddedAccess } from '../email-change/added-access.js';
import { MailedTokensService } from '../mailed-tokens/mailed-tokens.service.js';
import { AccessUndoTokens } from './access-undo-tokens.js';

/** Lets the owner of an account, by mail, undo that somebody else added a way into it. */
@Injectable()
export class AccessUndoService {
  constructor(
    private readonly tx: Transaction,
    private readonly tokens: AccessUndoTokens,
    private readonly users: UsersService,
    private readonly added: AddedAccess,
    private readonly mailed: MailedTokensService,
  ) {}

  /**
   * Ends the password and all sessions of the account, removes the ways into it that are younger than a day before the one that the mail is about,
   * and mails a token for a new password. Factors that are older stay: the account is as safe as it was. @throws InvalidToken
   */
  undo(token: string): Promise<void> {
    return this.tx.run(async () => {
      const { userId, email, addedAt } = await this.tokens.use(token);
      await this.added.endSessions(userId);
      // Before the factors: a short password would keep them from going.
      await this.users.endPassword(userId);
      await this.added.remove(userId, addedAt);
      await this.mailed.request('password_reset', email);
    });
  }
}
