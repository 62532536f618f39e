import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { ValidationFailed } from '../../shared/errors.js';
import type { UserId } from '../../shared/ids.js';
import { type Credentials, UsersService } from '../../users/index.js';
import { Unauthenticated } from '../auth.errors.js';
import { assertHardToGuess, isShort } from '../domain/password-policy.js';
import { MailedTokensService } from '../mailed-tokens/mailed-tokens.service.js';
import { PasswordCheck } from '../password-check.js';
import { PasswordHasher } from '../password-hasher.js';
import type { ChangePasswordDto } from './dto/change-password.dto.js';
import type { ResetPasswordDto } from './dto/reset-password.dto.js';

const pointer = '/newPassword';
/** Who was invited, or registers again, sets a password in the way in which others reset theirs. */
const PURPOSES = ['password_reset', 'invitation', 'repeated_registration'] as const;

/** New passwords for existing accounts. Each ends all sessions of the account: see the trigger `end_sessions`. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly tx: Transaction,
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly mailed: MailedTokensService,
    private readonly check: PasswordCheck,
  ) {}

  /** Asks for a mail with a token. Nothing reveals whether the account exists. */
  forgot(email: string): Promise<void> {
    return this.mailed.request('password_reset', email);
  }

  /**
   * Sets the password of the account that a mailed token is for. Returns the account. Nobody is signed in by it.
   * @throws InvalidToken, ValidationFailed, Overloaded
   */
  async reset({ token, newPassword }: ResetPasswordDto, address: string): Promise<UserId> {
    const owner = await this.mailed.ownerOf(token, PURPOSES);
    const { email } = owner;
    const account = await this.users.credentialsOf(owner.userId);
    assertHardToGuess(newPassword, email, { pointer, hasSecondFactor: account?.hasSecondFactor ?? false });
    const hash = await this.hasher.hash(newPassword, address);
    return this.tx.run(async () => {
      const userId = await this.mailed.use(token, PURPOSES);
      await this.users.setPasswordHash(userId, hash, isShort(newPassword), userId);
      await this.users.confirmEmail(userId, email);
      return userId;
    });
  }

  /** Replaces a password that its owner knows. @throws ValidationFailed, RateLimited, Overloaded */
  async change(userId: UserId, { currentPassword, newPassword }: ChangePasswordDto, address: string): Promise<void> {
    const account = await this.account(userId);
    assertHardToGuess(newPassword, account.email, { pointer, hasSecondFactor: account.hasSecondFactor });
    if (!(await this.check.matches(account, currentPassword, address))) throw wrongPassword('/currentPassword');
    const hash = await this.hasher.hash(newPassword, address);
    const changed = await this.users.changePasswordHash(userId, account.passwordHash, hash, isShort(newPassword));
    if (!changed) throw wrongPassword('/currentPassword');
  }

  /**
   * Checks the password of a signed-in person, in the member `password` of the request. @throws ValidationFailed, RateLimited, Overloaded
   */
  async confirm(userId: UserId, password: string, address: string): Promise<void> {
    const account = await this.account(userId);
    if (!(await this.check.matches(account, password, address))) throw wrongPassword('/password');
  }

  private async account(userId: UserId): Promise<Credentials> {
    const account = await this.users.credentialsOf(userId);
    if (!account) throw new Unauthenticated('The account is disabled.');
    return account;
  }
}

function wrongPassword(at: string): ValidationFailed {
  return new ValidationFailed([
    { pointer: at, code: 'wrong_password', message: 'is not the password of this account' },
  ]);
}
