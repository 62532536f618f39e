import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import {
  AccessUndoTokens,
  authSettings,
  EmailChangeTokens,
  type IssuedToken,
  MailedTokensService,
} from '../auth/index.js';
import { decodeId, type UserId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import { defaultLanguage, type Language } from '../shared/languages.js';
import type { Letter } from './domain/letter.js';
import { accountLetter, notice, type Reader } from './letters.js';
import { nameInMail } from './name-in-mail.js';
import type { Recipient } from './recipient.js';
import type { MailKind } from './templates/mail-kinds.js';

/** The events that lead to a mail with a token. */
export const ACCOUNT_MAIL_TYPES = [
  'user.password_reset_requested',
  'user.email_verification_requested',
  'user.email_change_requested',
  'user.email_changed',
  'user.invited',
  'user.registration_repeated',
] as const;

/** The purposes of tokens in mails about an account. A registration confirms its address. */
const purposes: Readonly<Record<string, IssuedToken['purpose']>> = {
  'user.registered': 'email_verification',
  'user.invited': 'invitation',
  'user.registration_repeated': 'repeated_registration',
};

/** Events by which somebody may have got into an account: the mail about one has a token that undoes it. */
const undoable: Readonly<Record<string, MailKind>> = {
  'user.second_factor_added': 'second_factor_added',
  'user.passkey_added': 'passkey_added',
  'user.identity_linked': 'identity_linked',
};

/** Mails with tokens. The token is made for its mail, so that nothing else ever holds it. */
@Injectable()
export class AccountMails {
  private readonly settings: ReturnType<typeof authSettings.settings>;

  constructor(
    private readonly tokens: MailedTokensService,
    private readonly changes: EmailChangeTokens,
    private readonly undo: AccessUndoTokens,
    private readonly users: UsersService,
    config: Config,
  ) {
    this.settings = config.of(authSettings);
  }

  /** Whether the event leads to a mail with a token; a registration does where the address is to be confirmed. */
  isAbout({ type }: RecordedEvent): boolean {
    if (type === 'user.registered') return this.settings.verifiedEmailRequired;
    return (ACCOUNT_MAIL_TYPES as readonly string[]).includes(type);
  }

  /** Returns the mail of such an event, or `undefined` if nobody is to get it. */
  async mailOf(event: RecordedEvent): Promise<{ to: Recipient; letter: Letter } | undefined> {
    if (event.type === 'user.email_changed') return this.formerAddressMail(event);
    const issued = await this.issue(event);
    if (!issued) return undefined;
    const { userId: id, email, name, purpose, token } = issued;
    const reader = { name: nameInMail(name), language: await this.languageOf(id) };
    const letter = accountLetter(purpose, reader, { token, page: this.settings.accountPageUrl });
    return { to: { id, email, name }, letter };
  }

  /** Whether the owner can undo by mail what the event is about. */
  isUndoable({ type }: RecordedEvent): boolean {
    return type in undoable;
  }

  /** The mail about a new way into an account; `undefined` if the account is disabled or gone. */
  async additionLetter({ type, createdAt }: RecordedEvent, id: UserId, reader: Reader): Promise<Letter | undefined> {
    const token = await this.undo.issue(id, createdAt);
    return token === undefined
      ? undefined
      : accountLetter(undoable[type]!, reader, { token, page: this.settings.accountPageUrl });
  }

  /** The mail to the address that the account had. */
  private async formerAddressMail({ data }: RecordedEvent): Promise<{ to: Recipient; letter: Letter } | undefined> {
    const id = decodeId('fem', String(data['formerEmailId']));
    const former = id && (await this.changes.issueUndo(id));
    if (!former) return undefined;
    const { userId, email, name, token } = former;
    const reader = { name: nameInMail(name), language: await this.languageOf(userId) };
    const letter = token
      ? accountLetter('email_change_undo', reader, { token, page: this.settings.accountPageUrl })
      : notice('email_changed', reader);
    return { to: { id: userId, email, name }, letter };
  }

  private async languageOf(id: UserId): Promise<Language> {
    return (await this.users.contacts([id]))[0]?.language ?? defaultLanguage;
  }

  private async issue({ type, aggregate }: RecordedEvent): Promise<IssuedToken | undefined> {
    const userId = decodeId('usr', aggregate.id);
    if (userId) return this.tokens.issueFor(purposes[type]!, userId);
    const tokenId = decodeId('mtk', aggregate.id);
    if (!tokenId) return undefined;
    return type === 'user.email_change_requested' ? this.changes.issue(tokenId) : this.tokens.issue(tokenId);
  }
}
