import { Injectable } from '@nestjs/common';
import type { Caller } from '../../platform/access/index.js';
import { UsersService } from '../../users/index.js';
import { InvalidCredentials, Unauthenticated } from '../auth.errors.js';
import { PasswordCheck } from '../password-check.js';
import { CodeChallenge } from '../second-factors/code-challenge.js';
import { InvalidCode } from '../second-factors/second-factors.errors.js';
import type { LiveSession } from '../sessions/sessions.repository.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** Lets people show again, within their session, who they are. */
@Injectable()
export class ReauthenticationService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordCheck,
    private readonly codes: CodeChallenge,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Takes the password, and a code where the account has a second factor. Returns the session, whose next tokens say when.
   * @throws InvalidCredentials, InvalidCode, RateLimited, SignInDelayed, Overloaded
   */
  async reauthenticate(
    caller: Caller,
    password: string,
    code: string | undefined,
    address: string,
  ): Promise<LiveSession> {
    const account = await this.users.credentialsOf(caller.userId);
    if (!account) throw new Unauthenticated('The account is disabled.');
    if (!(await this.passwords.matches(account, password, address))) throw new InvalidCredentials();
    if (account.hasSecondFactor) {
      if (code === undefined) throw new InvalidCode();
      await this.codes.pass(account.id, code);
    }
    const session = await this.sessions.authenticate(caller.sessionId!, account.accessVersion);
    if (!session) throw new Unauthenticated('The session has ended; sign in again.');
    return session;
  }
}
