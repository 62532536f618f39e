import { Injectable } from '@nestjs/common';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Caller } from '../../platform/access/index.js';
import { Logger } from '../../platform/logging/index.js';
import { InvalidCredentials, Unauthenticated } from '../auth.errors.js';
import { RefusedSignIns } from '../refused-sign-ins.js';
import type { Visitor } from '../sessions/origin.js';
import type { LiveSession } from '../sessions/sessions.repository.js';
import type { OpenSession } from '../sessions/sessions.service.js';
import { SignInAudit } from '../sign-in-audit.js';
import { SignIns } from '../sign-ins.js';
import { PasskeyCeremonies } from './passkey-ceremonies.js';
import { InvalidPasskey } from './passkeys.errors.js';

/** Sign-ins with passkeys. */
@Injectable()
export class PasskeySignIns {
  constructor(
    private readonly ceremonies: PasskeyCeremonies,
    private readonly signIns: SignIns,
    private readonly audit: SignInAudit,
    private readonly refused: RefusedSignIns,
    private readonly logger: Logger,
  ) {}

  begin(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.ceremonies.beginSignIn();
  }

  /** Starts a session of whoever has the passkey. @throws InvalidPasskey, also for a disabled account */
  async signIn(credential: object, visitor: Visitor): Promise<OpenSession> {
    const userId = await this.orNoted(visitor, () => this.ceremonies.identify(credential));
    const session = await this.signIns.withPasskey(userId, visitor).catch((error: unknown) => {
      throw error instanceof InvalidCredentials ? new InvalidPasskey('the account is disabled', userId) : error;
    });
    await this.audit.succeeded(userId, 'passkey');
    return session;
  }

  /** Returns the caller's session; its next tokens have the new time of sign-in. @throws InvalidPasskey, also for somebody else's passkey */
  async signInAgain({ userId, sessionId }: Caller, credential: object, visitor: Visitor): Promise<LiveSession> {
    await this.orNoted(visitor, async () => {
      const owner = await this.ceremonies.identify(credential);
      if (owner !== userId) throw new InvalidPasskey('of another account', owner);
    });
    const session = await this.signIns.authenticate(userId, sessionId!);
    if (!session) throw new Unauthenticated('The session has ended; sign in again.');
    await this.audit.repeated(userId);
    return session;
  }

  private async orNoted<T>({ address }: Visitor, identify: () => Promise<T>): Promise<T> {
    try {
      return await identify();
    } catch (error) {
      this.refused.note(error, address);
      if (error instanceof InvalidPasskey) {
        this.logger.info('a passkey was refused', { reason: error.reason });
        await this.audit.refusedPasskey(error.userId);
      }
      throw error;
    }
  }
}
