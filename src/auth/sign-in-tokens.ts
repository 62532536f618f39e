import { Injectable } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';
import type { LoginView, MfaView } from './login.view.js';
import { MFA_SECONDS, MfaTokens } from './second-factors/mfa-tokens.js';
import type { SignIn } from './sign-ins.js';

/** Returns what a client gets for a sign-in: the tokens of its session, or the token of the challenge. */
@Injectable()
export class SignInTokens {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly mfa: MfaTokens,
  ) {}

  async grant({ session, half }: SignIn): Promise<LoginView | MfaView> {
    if (session) return this.tokens.grant(session);
    return { mfaRequired: true, mfaToken: await this.mfa.issue(half), expiresIn: MFA_SECONDS };
  }
}
