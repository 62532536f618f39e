import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { UsersService } from '../../users/index.js';
import { MailedTokensService } from '../mailed-tokens/mailed-tokens.service.js';

/** Confirms that the owner of an account reads the mail of its address. */
@Injectable()
export class EmailVerificationService {
  constructor(
    private readonly tx: Transaction,
    private readonly users: UsersService,
    private readonly mailed: MailedTokensService,
  ) {}

  /** Asks for a mail to the address of the account. */
  async request(userId: UserId): Promise<void> {
    const [contact] = await this.users.contacts([userId]);
    if (contact) await this.mailed.request('email_verification', contact.email);
  }

  /** Confirms the address that the mail went to. @throws InvalidToken, also if the account has another address now */
  async confirm(token: string): Promise<void> {
    const { email } = await this.mailed.ownerOf(token, ['email_verification']);
    await this.tx.run(async () => {
      await this.users.confirmEmail(await this.mailed.use(token, ['email_verification']), email);
    });
  }
}
