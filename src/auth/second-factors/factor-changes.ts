import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { encodeId, type UserId } from '../../shared/ids.js';
import { accessChanged } from '../../users/index.js';

/** Notes what happened to an authenticator app or recovery codes; passkeys have words of their own. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
  ) {}

  /** In the running transaction. */
  record(action: 'factor.added' | 'factor.removed', userId: UserId, kind: 'totp' | 'recovery_code'): void {
    this.audit.record({ action, target: { type: 'user', id: encodeId('usr', userId) }, after: { kind } });
    const change = action === 'factor.added' ? 'second_factor_added' : 'second_factor_removed';
    this.outbox.record(accessChanged(change, userId));
  }
}
