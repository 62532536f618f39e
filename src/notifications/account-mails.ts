import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { authSettings, type IssuedToken, MailedTokensService } from '../auth/index.js';
import { decodeId } from '../shared/ids.js';
import type { Contact } from '../users/index.js';
import { accountLetter } from './domain/account-letter.js';
import type { Letter } from './domain/letter.js';
import { nameInMail } from './name-in-mail.js';

/** The events that lead to a mail with a token. */
export const ACCOUNT_MAIL_TYPES = [
  'user.password_reset_requested',
  'user.email_verification_requested',
  'user.invited',
] as const;

/** Whether the event leads to a mail with a token. */
export function isAboutAccount({ type }: RecordedEvent): boolean {
  return (ACCOUNT_MAIL_TYPES as readonly string[]).includes(type);
}

/** Mails with tokens. The token is made for its mail, so that nothing else ever holds it. */
@Injectable()
export class AccountMails {
  constructor(
    private readonly tokens: MailedTokensService,
    private readonly config: Config,
  ) {}

  /** Returns the mail of such an event, or `undefined` if nobody is to get it. */
  async mailOf(event: RecordedEvent): Promise<{ to: Contact; letter: Letter } | undefined> {
    const issued = await this.issue(event);
    if (!issued) return undefined;
    const { userId: id, email, name, purpose, token } = issued;
    const letter = accountLetter(purpose, nameInMail(name), { token, page: this.config.of(authSettings).accountPageUrl });
    return { to: { id, email, name }, letter };
  }

  private async issue({ type, aggregate }: RecordedEvent): Promise<IssuedToken | undefined> {
    const userId = type === 'user.invited' ? decodeId('usr', aggregate.id) : undefined;
    if (userId) return this.tokens.issueFor('invitation', userId);
    const tokenId = decodeId('mtk', aggregate.id);
    return tokenId && this.tokens.issue(tokenId);
  }
}
