import { Injectable } from '@nestjs/common';
import type { Language } from '../shared/languages.js';
import { SignInLimit } from '../platform/throttling/index.js';
import { type Credentials, type User, UsersService } from '../users/index.js';
import { InvalidCredentials } from './auth.errors.js';
import { assertHardToGuess } from './domain/password-policy.js';
import type { LoginDto } from './dto/login.dto.js';
import type { RegisterDto } from './dto/register.dto.js';
import { KnownAddresses } from './known-addresses.js';
import { PasswordHasher } from './password-hasher.js';
import type { Visitor } from './sessions/origin.js';
import { type SignIn, SignIns } from './sign-ins.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly limit: SignInLimit,
    private readonly addresses: KnownAddresses,
    private readonly signIns: SignIns,
  ) {}

  /** `address` is where the request comes from. @throws ValidationFailed for a password that is easy to guess, Overloaded */
  async register({ email, password, name }: RegisterDto, address: string, language: Language): Promise<User> {
    assertHardToGuess(password, email);
    return this.users.register(email, name, await this.passwords.hash(password, address), language);
  }

  /**
   * Starts a session, or half a sign-in where the account has a second factor. @throws RateLimited, InvalidCredentials, Overloaded
   */
  async login({ email, password }: LoginDto, visitor: Visitor): Promise<SignIn> {
    const { address } = visitor;
    const attempt = await this.limit.begin(email, address, () => this.addresses.has(email, address));
    const account = await this.users.credentials(email);
    const right = await this.passwords.matches(password, account?.passwordHash, address);
    if (!account || !right) {
      await attempt.failed();
      throw new InvalidCredentials();
    }
    await attempt.succeeded();
    await this.upgradeHash(account, password, address);
    return this.signIns.begin(account, visitor);
  }

  /** Hashes the password again where its hash has another cost than new ones. */
  private async upgradeHash({ id, passwordHash }: Credentials, password: string, address: string): Promise<void> {
    if (passwordHash === null || !this.passwords.isOutdated(passwordHash)) return;
    await this.users.upgradePasswordHash(id, passwordHash, await this.passwords.hash(password, address));
  }

  /** For accounts that do not come from a registration, such as the demo logins. */
  hashPassword(password: string): Promise<string> {
    return this.passwords.hash(password);
  }
}
