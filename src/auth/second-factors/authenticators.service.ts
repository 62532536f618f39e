import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Clock } from '../../shared/clock.js';
import type { UserId } from '../../shared/ids.js';
import { orPasswordTooShort } from '../../users/index.js';
import { RecoveryCodesService } from '../recovery-codes/recovery-codes.service.js';
import { matchingStep, newTotpSecret } from './domain/totp.js';
import { FactorChanges } from './factor-changes.js';
import { FactorExists, NoSuchFactor, wrongFirstCode } from './second-factors.errors.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/** Adds and removes authenticator apps. Triggers end the sessions with the first factor and with the last. */
@Injectable()
export class AuthenticatorsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SecondFactorsRepository,
    private readonly codes: RecoveryCodesService,
    private readonly changes: FactorChanges,
    private readonly clock: Clock,
  ) {}

  /** Whether the person has an authenticator app that showed its first code. */
  async has(userId: UserId): Promise<boolean> {
    return (await this.repository.totp(userId))?.isConfirmed ?? false;
  }

  /** Makes the secret of an authenticator app, which is no factor before its first code. @throws FactorExists */
  async begin(userId: UserId): Promise<Buffer> {
    const secret = newTotpSecret();
    if (!(await this.tx.run(() => this.repository.begin(userId, secret)))) throw new FactorExists();
    return secret;
  }

  /** Takes the first code. Returns new recovery codes, which nobody sees again. @throws NoSuchFactor, FactorExists, ValidationFailed */
  confirm(userId: UserId, code: string): Promise<string[]> {
    return this.tx.run(async () => {
      const factor = await this.repository.totp(userId);
      if (!factor) throw new NoSuchFactor('There is no authenticator to confirm; POST /v1/auth/mfa/totp begins.');
      if (factor.isConfirmed) throw new FactorExists();
      const step = matchingStep(factor.secret, code, this.clock.now());
      if (step === undefined) throw wrongFirstCode();
      if (!(await this.repository.confirm(userId, step))) throw new FactorExists();
      this.changes.record('factor.added', userId, 'totp');
      return this.codes.replace(userId);
    });
  }

  /** Removes the authenticator, and with the last factor the recovery codes. @throws NoSuchFactor, PasswordTooShort */
  remove(userId: UserId): Promise<void> {
    return orPasswordTooShort(() =>
      this.tx.run(async () => {
        if (!(await this.removeSince(userId))) throw new NoSuchFactor('The account has no authenticator app.');
        await this.codes.endWithoutFactor(userId);
      }),
    );
  }

  /** Removes an authenticator made at or after `since`, or any, in the running transaction. Returns whether there was one. */
  async removeSince(userId: UserId, since?: Date): Promise<boolean> {
    const had = await this.repository.removeTotp(userId, since);
    if (had) this.changes.record('factor.removed', userId, 'totp');
    return had;
  }
}
