import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/index.js';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { Clock } from '../../shared/clock.js';
import { encodeId, type UserId } from '../../shared/ids.js';
import { accessChanged, orPasswordTooShort } from '../../users/index.js';
import { hashOfRecoveryCode, newRecoveryCodes } from './domain/recovery-code.js';
import { matchingStep, newTotpSecret } from './domain/totp.js';
import { FactorExists, NoSuchFactor, wrongFirstCode } from './second-factors.errors.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/** What an account has besides its password. */
export interface SecondFactors {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
}

/** Adds and removes second factors. Triggers end the sessions with the first factor and with the last. */
@Injectable()
export class SecondFactorsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SecondFactorsRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  async list(userId: UserId): Promise<SecondFactors> {
    const [totp, passkeys, recoveryCodesLeft] = await Promise.all([
      this.repository.totp(userId),
      this.repository.passkeys(userId),
      this.repository.recoveryCodesLeft(userId),
    ]);
    return { totp: totp?.isConfirmed ?? false, passkeys, recoveryCodesLeft };
  }

  /** Makes the secret of an authenticator app, which is no factor before its first code. @throws FactorExists */
  async beginTotp(userId: UserId): Promise<Buffer> {
    const secret = newTotpSecret();
    if (!(await this.tx.run(() => this.repository.begin(userId, secret)))) throw new FactorExists();
    return secret;
  }

  /** Takes the first code. Returns new recovery codes, which nobody sees again. @throws NoSuchFactor, FactorExists, ValidationFailed */
  confirmTotp(userId: UserId, code: string): Promise<string[]> {
    return this.tx.run(async () => {
      const factor = await this.repository.totp(userId);
      if (!factor) throw new NoSuchFactor('There is no authenticator to confirm; POST /v1/auth/mfa/totp begins.');
      if (factor.isConfirmed) throw new FactorExists();
      const step = matchingStep(factor.secret, code, this.clock.now());
      if (step === undefined) throw wrongFirstCode();
      if (!(await this.repository.confirm(userId, step))) throw new FactorExists();
      this.record('factor.added', userId, 'totp');
      return this.makeRecoveryCodes(userId);
    });
  }

  /** Replaces the recovery codes. @throws NoSuchFactor */
  replaceRecoveryCodes(userId: UserId): Promise<string[]> {
    return this.tx.run(async () => {
      const { totp, passkeys } = await this.list(userId);
      if (!totp && passkeys === 0)
        throw new NoSuchFactor('Recovery codes stand in for a second factor, and the account has none.');
      this.record('factor.added', userId, 'recovery_code');
      return this.makeRecoveryCodes(userId);
    });
  }

  /** Removes the authenticator, and with the last factor the recovery codes. @throws NoSuchFactor, PasswordTooShort */
  async removeTotp(userId: UserId): Promise<void> {
    if (!(await this.remove(userId, ['totp']))) throw new NoSuchFactor('The account has no authenticator app.');
  }

  /** Removes all factors, for operators who help somebody who lost them. Returns whether there were any. @throws PasswordTooShort */
  removeAll(userId: UserId): Promise<boolean> {
    return this.remove(userId, ['totp', 'passkey']);
  }

  /** Removes the authenticator, the passkeys and the recovery codes that are younger than that. */
  removeAddedSince(userId: UserId, since: Date): Promise<void> {
    return this.tx.run(async () => {
      if (await this.repository.removeSince(userId, since)) this.record('factor.removed', userId, 'totp');
      if (await this.repository.removePasskeys(userId, since)) this.record('factor.removed', userId, 'passkey');
    });
  }

  /** Removes recovery codes that stand in for nothing, in the running transaction. */
  endCodesWithoutFactor(userId: UserId): Promise<void> {
    return this.repository.endCodesWithoutFactor(userId);
  }

  private remove(userId: UserId, kinds: readonly ('totp' | 'passkey')[]): Promise<boolean> {
    return orPasswordTooShort(() =>
      this.tx.run(async () => {
        let isRemoved = false;
        for (const kind of kinds) {
          const had = await (kind === 'totp'
            ? this.repository.removeTotp(userId)
            : this.repository.removePasskeys(userId));
          if (had) this.record('factor.removed', userId, kind);
          isRemoved ||= had;
        }
        await this.repository.endCodesWithoutFactor(userId);
        return isRemoved;
      }),
    );
  }

  /** Replaces the recovery codes, in the running transaction. Nobody sees the new ones again. */
  async makeRecoveryCodes(userId: UserId): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.repository.replaceRecoveryCodes(
      userId,
      codes.map((code) => hashOfRecoveryCode(code)!),
    );
    return codes;
  }

  private record(action: 'factor.added' | 'factor.removed', userId: UserId, kind: string): void {
    this.audit.record({ action, target: { type: 'user', id: encodeId('usr', userId) }, after: { kind } });
    this.outbox.record(
      accessChanged(action === 'factor.added' ? 'second_factor_added' : 'second_factor_removed', userId),
    );
  }
}
