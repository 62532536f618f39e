import { Injectable } from '@nestjs/common';
import type { UserId } from '../shared/ids.js';
import { SignInLimit } from '../platform/throttling/index.js';
import { type Credentials, type User, UsersService } from '../users/index.js';
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
    const attempt = await this.limit.begin(email, address, () => this.addresses.has(email, address));
    const account = await this.users.credentials(email);
    const right = await this.passwords.matches(password, account?.passwordHash, address);
    if (!account || !right) {
      await attempt.failed();
      throw new InvalidCredentials();
    }
    await attempt.succeeded();
    await this.addresses.remember(account.id, address);
    await this.upgradeHash(account, password, address);
    return this.sessionOf(account, origin);
  }

  /** Starts a session of a person who has just proved who they are. @throws InvalidCredentials for a disabled account */
  async startSession(userId: UserId, origin: Origin): Promise<OpenSession> {
    const account = await this.users.credentialsOf(userId);
    if (!account) throw new InvalidCredentials();
    return this.sessionOf(account, origin);
  }

  private async sessionOf({ id, roles, accessVersion }: Credentials, origin: Origin): Promise<OpenSession> {
    const session = await this.sessions.start({ userId: id, roles, accessVersion }, origin);
    if (!session) throw new InvalidCredentials();
    return session;
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
