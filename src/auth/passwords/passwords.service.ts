import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import type { UserId } from '../../shared/ids.js';
import { type Credentials, UsersService } from '../../users/index.js';
import { Unauthenticated } from '../auth.errors.js';
import { assertHardToGuess, isShort } from '../domain/password-policy.js';
import { PasswordCheck } from '../password-check.js';
import { PasswordHasher } from '../password-hasher.js';
import type { ChangePasswordDto } from './dto/change-password.dto.js';

const pointer = '/newPassword';
/** New passwords for existing accounts. Each ends all sessions of the account: see the trigger `end_sessions`. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly users: UsersService,
    private readonly hasher: PasswordHasher,
    private readonly check: PasswordCheck,
  ) {}

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
