import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { orPasswordTooShort } from '../../users/index.js';
import { PasskeysService } from '../passkeys/passkeys.service.js';
import { RecoveryCodesService } from '../recovery-codes/recovery-codes.service.js';
import { AuthenticatorsService } from './authenticators.service.js';
import { FactorChanges } from './factor-changes.js';
import { NoSuchFactor } from './second-factors.errors.js';

/** What an account has besides its password. */
export interface SecondFactors {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
}

/** All second factors of an account together. */
@Injectable()
export class SecondFactorsService {
  constructor(
    private readonly tx: Transaction,
    private readonly authenticators: AuthenticatorsService,
    private readonly passkeys: PasskeysService,
    private readonly codes: RecoveryCodesService,
    private readonly changes: FactorChanges,
  ) {}

  async list(userId: UserId): Promise<SecondFactors> {
    const [totp, passkeys, recoveryCodesLeft] = await Promise.all([
      this.authenticators.has(userId),
      this.passkeys.count(userId),
      this.codes.left(userId),
    ]);
    return { totp, passkeys, recoveryCodesLeft };
  }

  /** Replaces the recovery codes. @throws NoSuchFactor */
  replaceRecoveryCodes(userId: UserId): Promise<string[]> {
    return this.tx.run(async () => {
      const { totp, passkeys } = await this.list(userId);
      if (!totp && passkeys === 0)
        throw new NoSuchFactor('Recovery codes stand in for a second factor, and the account has none.');
      this.changes.record('factor.added', userId, 'recovery_code');
      return this.codes.replace(userId);
    });
  }

  /** Removes all factors, for operators who help somebody who lost them. Returns whether there were any. @throws PasswordTooShort */
  removeAll(userId: UserId): Promise<boolean> {
    return orPasswordTooShort(() =>
      this.tx.run(async () => {
        const hadApp = await this.authenticators.removeSince(userId);
        const hadPasskeys = await this.passkeys.removeSince(userId);
        await this.codes.endWithoutFactor(userId);
        return hadApp || hadPasskeys;
      }),
    );
  }

  /** Removes the authenticator, the passkeys and the recovery codes that are younger than that. */
  removeAddedSince(userId: UserId, since: Date): Promise<void> {
    return this.tx.run(async () => {
      await this.authenticators.removeSince(userId, since);
      await this.codes.removeSince(userId, since);
      await this.passkeys.removeSince(userId, since);
    });
  }
}
