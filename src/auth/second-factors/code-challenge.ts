import { Injectable } from '@nestjs/common';
import { SignInLimit } from '../../platform/throttling/index.js';
import { Clock } from '../../shared/clock.js';
import type { UserId } from '../../shared/ids.js';
import { hashOfRecoveryCode } from '../recovery-codes/domain/recovery-code.js';
import { RecoveryCodesService } from '../recovery-codes/recovery-codes.service.js';
import type { SecondFactorKind } from '../sessions/session.entity.js';
import { matchingStep } from './domain/totp.js';
import { InvalidCode } from './second-factors.errors.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/** Checks the codes of people whose password was right. */
@Injectable()
export class CodeChallenge {
  constructor(
    private readonly repository: SecondFactorsRepository,
    private readonly codes: RecoveryCodesService,
    private readonly limit: SignInLimit,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a code of the authenticator app, or a recovery code, and uses it up. Guesses of the short ones wait, for one account from
   * everywhere together: whoever comes here knows the password, so no stranger can keep the owner out. Recovery codes can't be guessed.
   * @throws InvalidCode, RateLimited, SignInDelayed
   */
  async pass(userId: UserId, code: string): Promise<SecondFactorKind> {
    const codeHash = hashOfRecoveryCode(code);
    if (codeHash) {
      if (!(await this.codes.use(userId, codeHash))) throw new InvalidCode();
      return 'recovery_code';
    }
    const attempt = await this.limit.begin(`mfa:${userId}`, '', () => Promise.resolve(true));
    if (!(await this.passTotp(userId, code))) {
      await attempt.failed();
      throw new InvalidCode();
    }
    await attempt.succeeded();
    return 'totp';
  }

  private async passTotp(userId: UserId, code: string): Promise<boolean> {
    const factor = await this.repository.totp(userId);
    if (!factor?.isConfirmed) return false;
    const step = matchingStep(factor.secret, code, this.clock.now(), factor.lastStep);
    return step !== undefined && this.repository.useStep(userId, step);
  }
}
