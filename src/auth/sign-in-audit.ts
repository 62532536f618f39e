import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import { InvalidCredentials } from './auth.errors.js';
import { InvalidCode } from './second-factors/second-factors.errors.js';
import type { SecondFactorKind } from './sessions/session.entity.js';

/** Keeps who signed in, and with whose address somebody tried to. */
@Injectable()
export class SignInAudit {
  constructor(
    private readonly audit: AuditLog,
    private readonly users: UsersService,
  ) {}

  /** Throws if it can't be kept, so that nobody is signed in unseen. `secondFactor` is what was shown besides the password. */
  async succeeded(userId: UserId, secondFactor?: SecondFactorKind): Promise<void> {
    const after = secondFactor && { after: { secondFactor } };
    await this.audit.write({ action: 'auth.sign_in', actorId: userId, target: targetOf({ id: userId }), ...after });
  }

  /** Keeps that somebody signed in again within their session. */
  async repeated(userId: UserId): Promise<void> {
    await this.audit.write({ action: 'auth.reauthentication', target: targetOf({ id: userId }) });
  }

  /** Keeps a wrong password or code within a session. */
  async refusedRepeat(userId: UserId, error: unknown): Promise<void> {
    if (!(error instanceof InvalidCredentials || error instanceof InvalidCode)) return;
    await this.audit.note({ action: 'auth.reauthentication', outcome: 'failed', target: targetOf({ id: userId }) });
  }

  /** Keeps a wrong code after a right password: its owner should know that somebody has the password. */
  async refusedCode(userId: UserId, error: unknown): Promise<void> {
    if (!(error instanceof InvalidCode)) return;
    await this.audit.note({ action: 'auth.second_factor', outcome: 'failed', target: targetOf({ id: userId }) });
  }

  /** Keeps a passkey that was not accepted, with whose it claims to be. */
  async refusedPasskey(userId: UserId | undefined): Promise<void> {
    if (!userId) return;
    await this.audit.note({ action: 'auth.sign_in', outcome: 'failed', target: targetOf({ id: userId }) });
  }

  /**
   * Keeps a wrong address or password; the address that was sent is not kept, since people also type passwords there. Attempts beyond
   * the rate limit are counted and logged alone: they would let strangers fill the table.
   */
  async refused(email: string, error: unknown): Promise<void> {
    if (!(error instanceof InvalidCredentials)) return;
    const user = await this.users.findByEmail(email);
    await this.audit.note({ action: 'auth.sign_in', outcome: 'failed', target: targetOf(user) });
  }
}

function targetOf(user: { readonly id: UserId } | null) {
  return { type: 'user', id: user && encodeId('usr', user.id) };
}
