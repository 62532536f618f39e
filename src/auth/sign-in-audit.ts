import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/index.js';
import { encodeId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import { InvalidCredentials } from './auth.errors.js';

/** Keeps who signed in, and with whose address somebody tried to. */
@Injectable()
export class SignInAudit {
  constructor(
    private readonly audit: AuditLog,
    private readonly users: UsersService,
  ) {}

  /** Throws if it can't be kept, so that nobody is signed in unseen. */
  async succeeded(email: string): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (user) await this.audit.write({ action: 'auth.sign_in', actorId: user.id, target: targetOf(user) });
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

function targetOf(user: { readonly id: Parameters<typeof encodeId<'usr'>>[1] } | null) {
  return { type: 'user', id: user && encodeId('usr', user.id) };
}
