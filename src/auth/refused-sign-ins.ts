import { Injectable } from '@nestjs/common';
import { DomainError } from '../shared/errors.js';
import { Config } from '../platform/config/index.js';
import { loggedAddress, Logger } from '../platform/logging/index.js';
import { counter } from '../platform/metrics/index.js';

/** The codes of the problems that a sign-in may end with. */
const reasons = ['invalid_credentials', 'invalid_code', 'invalid_passkey', 'rate_limited', 'overloaded'] as const;

const refused = counter('till_sign_ins_refused_total', 'Sign-ins that were refused, by reason.', { reason: reasons });

/** Counts and logs sign-ins that do not succeed: many are an attack, and few of one person a forgotten password. */
@Injectable()
export class RefusedSignIns {
  constructor(
    private readonly logger: Logger,
    private readonly config: Config,
  ) {}

  /** Notes why a sign-in from this address failed. */
  note(error: unknown, address: string): void {
    const code = error instanceof DomainError ? error.code : undefined;
    const reason = reasons.find((one) => one === code);
    if (!reason) return;
    refused.inc({ reason });
    this.logger.info('a sign-in was refused', { code, address: loggedAddress(address, this.config.logAddress) });
  }
}
