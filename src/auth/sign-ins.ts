import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '../shared/ids.js';
import { type Credentials, UsersService } from '../users/index.js';
import { InvalidCredentials } from './auth.errors.js';
import { KnownAddresses } from './known-addresses.js';
import { CodeChallenge } from './second-factors/code-challenge.js';
import type { HalfSignIn } from './second-factors/mfa-tokens.js';
import { InvalidMfaToken } from './second-factors/second-factors.errors.js';
import type { SecondFactorKind } from './sessions/session.entity.js';
import type { Visitor } from './sessions/origin.js';
import type { LiveSession, Origin } from './sessions/sessions.repository.js';
import { type OpenSession, SessionsService } from './sessions/sessions.service.js';

/** What follows when somebody has shown who they are: a session, or half a sign-in where the account has a second factor. */
export type SignIn =
  { readonly session: OpenSession; readonly half?: never } | { readonly half: HalfSignIn; readonly session?: never };

/** Starts sessions of people who have shown who they are, however they did. */
@Injectable()
export class SignIns {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly addresses: KnownAddresses,
    private readonly codes: CodeChallenge,
  ) {}

  /** Starts a session, unless the account has a second factor. @throws InvalidCredentials if the account has changed meanwhile */
  async begin(account: Credentials, { address, origin }: Visitor): Promise<SignIn> {
    const { id: userId, accessVersion, hasSecondFactor } = account;
    if (hasSecondFactor) return { half: { userId, accessVersion } };
    await this.addresses.remember(userId, address);
    return { session: await this.sessionOf(account, origin, null) };
  }

  /**
   * Finishes half a sign-in with a code, which is used up with it. Returns the session and the kind of the code.
   * @throws InvalidMfaToken, InvalidCode, RateLimited, SignInDelayed
   */
  async finish({ userId, accessVersion }: HalfSignIn, code: string, { address, origin }: Visitor) {
    const account = await this.users.credentialsOf(userId);
    if (!account || account.accessVersion !== accessVersion) throw new InvalidMfaToken();
    const kind = await this.codes.pass(userId, code);
    const session = await this.sessionOf(account, origin, kind);
    await this.addresses.remember(userId, address);
    return { session, kind };
  }

  /** Starts a session in place of one that ended with a change of the account. @throws InvalidCredentials for a disabled account */
  async goOn(userId: UserId, before: SessionId, origin: Origin): Promise<OpenSession> {
    return this.withFactor(userId, await this.sessions.secondFactorOf(before), origin);
  }

  /** Starts a session of a person who has just shown this factor. @throws InvalidCredentials for a disabled account */
  async withFactor(userId: UserId, kind: SecondFactorKind | null, origin: Origin): Promise<OpenSession> {
    const account = await this.users.credentialsOf(userId);
    if (!account) throw new InvalidCredentials();
    return this.sessionOf(account, origin, kind);
  }

  /** Starts a session of a person who has just signed in with a passkey. @throws InvalidCredentials for a disabled account */
  async withPasskey(userId: UserId, { address, origin }: Visitor): Promise<OpenSession> {
    const session = await this.withFactor(userId, 'passkey', origin);
    await this.addresses.remember(userId, address);
    return session;
  }

  /** Notes that a person has shown again who they are. Returns nothing if the session has ended or the account is disabled. */
  async authenticate(userId: UserId, sessionId: SessionId): Promise<LiveSession | undefined> {
    const account = await this.users.credentialsOf(userId);
    return account && this.sessions.authenticate(sessionId, account.accessVersion);
  }

  private async sessionOf(account: Credentials, origin: Origin, kind: SecondFactorKind | null): Promise<OpenSession> {
    const { id: userId, roles, accessVersion } = account;
    const session = await this.sessions.start({ userId, roles, accessVersion }, origin, kind);
    if (!session) throw new InvalidCredentials();
    return session;
  }
}
