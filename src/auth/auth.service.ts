import { Injectable } from '@nestjs/common';
import { SignInLimit } from '../platform/throttling/index.js';
import { type User, UsersService } from '../users/index.js';
import { InvalidCredentials } from './auth.errors.js';
import { assertHardToGuess } from './domain/password-policy.js';
import type { LoginDto } from './dto/login.dto.js';
import type { RegisterDto } from './dto/register.dto.js';
import { KnownAddresses } from './known-addresses.js';
import { PasswordHasher } from './password-hasher.js';
import type { Origin } from './sessions/sessions.repository.js';
import { type OpenSession, SessionsService } from './sessions/sessions.service.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly sessions: SessionsService,
    private readonly limit: SignInLimit,
    private readonly addresses: KnownAddresses,
  ) {}

  /** `address` is where the request comes from. @throws ValidationFailed for a password that is easy to guess, EmailTaken, Overloaded */
  async register({ email, password, name }: RegisterDto, address: string): Promise<User> {
    assertHardToGuess(password, email);
    return this.users.register(email, name, await this.passwords.hash(password, address));
  }

  /**
   * Starts a session. `address` is where the request comes from, as limits count it. @throws RateLimited, InvalidCredentials, Overloaded
   */
  async login({ email, password }: LoginDto, address: string, origin: Origin): Promise<OpenSession> {
    await this.limit.count(email, address, () => this.addresses.has(email, address));
    const account = await this.users.credentials(email);
    const right = await this.passwords.matches(password, account?.passwordHash, address);
    if (!account || !right) throw new InvalidCredentials();
    await this.addresses.remember(account.id, address);
    const { id: userId, roles, accessVersion } = account;
    const session = await this.sessions.start({ userId, roles, accessVersion }, origin);
    if (!session) throw new InvalidCredentials();
    return session;
  }

  /** For accounts that do not come from a registration, such as the demo logins. */
  hashPassword(password: string): Promise<string> {
    return this.passwords.hash(password);
  }
}
