import { Injectable } from '@nestjs/common';
import { SignInLimit } from '../platform/throttling/index.js';
import { type User, UsersService } from '../users/index.js';
import { AccessTokens } from './access-tokens.js';
import { InvalidCredentials } from './auth.errors.js';
import { assertHardToGuess } from './domain/password-policy.js';
import type { LoginDto } from './dto/login.dto.js';
import type { RegisterDto } from './dto/register.dto.js';
import type { LoginView } from './login.view.js';
import { KnownAddresses } from './known-addresses.js';
import { PasswordHasher } from './password-hasher.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly tokens: AccessTokens,
    private readonly limit: SignInLimit,
    private readonly addresses: KnownAddresses,
  ) {}

  /** `address` is where the request comes from. @throws ValidationFailed for a password that is easy to guess, EmailTaken, Overloaded */
  async register({ email, password, name }: RegisterDto, address: string): Promise<User> {
    assertHardToGuess(password, email);
    return this.users.register(email, name, await this.passwords.hash(password, address));
  }

  /** `address` is where the request comes from. @throws RateLimited, InvalidCredentials, Overloaded */
  async login({ email, password }: LoginDto, address: string): Promise<LoginView> {
    await this.limit.count(email, address, () => this.addresses.has(email, address));
    const account = await this.users.credentials(email);
    const right = await this.passwords.matches(password, account?.passwordHash, address);
    if (!account || !right) throw new InvalidCredentials();
    await this.addresses.remember(account.id, address);
    const accessToken = await this.tokens.issue(account.id, account.roles, account.accessVersion);
    return { accessToken, tokenType: 'Bearer', expiresIn: this.tokens.ttlSeconds };
  }

  /** For accounts that do not come from a registration, such as the demo logins. */
  hashPassword(password: string): Promise<string> {
    return this.passwords.hash(password);
  }
}
