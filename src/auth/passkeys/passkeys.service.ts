import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/index.js';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { NotFound } from '../../shared/errors.js';
import { encodeId, type PasskeyId, type UserId } from '../../shared/ids.js';
import { accessChanged, orPasswordTooShort } from '../../users/index.js';
import { RecoveryCodesService } from '../recovery-codes/recovery-codes.service.js';
import type { PasskeyEntity } from './passkey.entity.js';
import { InvalidPasskey } from './passkeys.errors.js';
import { PasskeysRepository, type Registrant } from './passkeys.repository.js';
import type { VerifiedPasskey } from './passkey-verifier.js';

/** A passkey that was added, and recovery codes if it is the first factor of its account. */
export interface AddedPasskey {
  readonly passkey: PasskeyEntity;
  readonly recoveryCodes: readonly string[] | undefined;
}

/** The passkeys of accounts. Each is a second factor, and a way to sign in by itself. */
@Injectable()
export class PasskeysService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: PasskeysRepository,
    private readonly codes: RecoveryCodesService,
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Adds a passkey to an account that has not changed since the registration was begun. Triggers end all sessions with the first factor.
   * @throws InvalidPasskey, TooManyPasskeys
   */
  add(registrant: Registrant, name: string, verified: VerifiedPasskey): Promise<AddedPasskey> {
    const { userId } = registrant;
    return this.tx.run(async () => {
      const owner = await this.repository.lockOwner(registrant);
      if (!owner) throw new InvalidPasskey('the account has changed', userId);
      const passkey = await this.repository.insert(userId, name, verified);
      this.record('passkey_added', userId, passkey.id);
      return { passkey, recoveryCodes: owner.hasFactor ? undefined : await this.codes.replace(userId) };
    });
  }

  /** The passkeys of a person, newest first. */
  list(userId: UserId): Promise<PasskeyEntity[]> {
    return this.repository.of(userId);
  }

  /** @throws NotFound, also for somebody else's */
  async rename(userId: UserId, id: PasskeyId, name: string): Promise<PasskeyEntity> {
    const passkey = await this.tx.run(() => this.repository.rename(userId, id, name));
    if (!passkey) throw new NotFound('passkey');
    return passkey;
  }

  /** Removes a passkey, and with the last factor the recovery codes. @throws NotFound, PasswordTooShort */
  remove(userId: UserId, id: PasskeyId): Promise<void> {
    return orPasswordTooShort(() =>
      this.tx.run(async () => {
        if (!(await this.repository.delete(userId, id))) throw new NotFound('passkey');
        await this.codes.endWithoutFactor(userId);
        this.record('passkey_removed', userId, id);
      }),
    );
  }

  count(userId: UserId): Promise<number> {
    return this.repository.count(userId);
  }

  /** Removes the passkeys made at or after `since`, or all, in the running transaction. Returns whether there were any. */
  async removeSince(userId: UserId, since?: Date): Promise<boolean> {
    const removed = await this.repository.deleteSince(userId, since);
    for (const id of removed) this.record('passkey_removed', userId, id);
    return removed.length > 0;
  }

  private record(change: 'passkey_added' | 'passkey_removed', userId: UserId, id: PasskeyId): void {
    const target = { type: 'user', id: encodeId('usr', userId) };
    this.audit.record({ action: change.replace('_', '.'), target, after: { passkeyId: encodeId('psk', id) } });
    this.outbox.record(accessChanged(change, userId));
  }
}
