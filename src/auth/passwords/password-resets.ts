import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { UsersService } from '../../users/index.js';
import { assertHardToGuess, isShort } from '../domain/password-policy.js';
import { AddedAccess } from '../email-change/added-access.js';
import { MailedTokensService } from '../mailed-tokens/mailed-tokens.service.js';
import { PasswordHasher } from '../password-hasher.js';
import type { ResetPasswordDto } from './dto/reset-password.dto.js';

const pointer = '/newPassword';
/** Who was invited, or registers again, sets a password in the way in which others reset theirs. */
const PURPOSES = ['password_reset', 'invitation', 'repeated_registration'] as const;

/** New passwords by mail. Each ends all sessions of the account: see the trigger `end_sessions`. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly tx: Transaction,
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly mailed: MailedTokensService,
    private readonly added: AddedAccess,
  ) {}

  /** Asks for a mail with a token. Nothing reveals whether the account exists. */
  forgot(email: string): Promise<void> {
    return this.mailed.request('password_reset', email);
  }

  /**
   * Sets the password of the account that a mailed token is for. Returns the account. Nobody is signed in by it. Until an address is
   * confirmed, anybody may have registered it: the first token that confirms it removes every other way into the account.
   * @throws InvalidToken, ValidationFailed, Overloaded
   */
  async reset({ token, newPassword }: ResetPasswordDto, address: string): Promise<UserId> {
    const { userId, email } = await this.mailed.ownerOf(token, PURPOSES);
    assertHardToGuess(newPassword, email, { pointer, hasSecondFactor: await this.keepsSecondFactor(userId) });
    const hash = await this.hasher.hash(newPassword, address);
    return this.tx.run(async () => {
      await this.mailed.use(token, PURPOSES);
      await this.users.setPasswordHash(userId, hash, isShort(newPassword), userId);
      if (await this.users.confirmEmail(userId, email)) await this.added.removeAll(userId);
      return userId;
    });
  }

  private async keepsSecondFactor(userId: UserId): Promise<boolean> {
    const account = await this.users.credentialsOf(userId);
    return (account?.hasSecondFactor ?? false) && this.users.hasVerifiedEmail(userId);
  }
}
