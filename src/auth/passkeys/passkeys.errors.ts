import { DomainError } from '../../shared/errors.js';
import type { UserId } from '../../shared/ids.js';

/** The same error whatever is wrong: challenge, origin, signature, counter, or a passkey that nobody has. The log has the reason. */
export class InvalidPasskey extends DomainError {
  readonly code = 'invalid_passkey';
  readonly kind = 'unauthenticated';

  /** `userId` is whose passkey it claims to be, for the audit log alone. */
  constructor(
    readonly reason: string,
    readonly userId?: UserId,
  ) {
    super('The passkey was not accepted, or what it signed is too old or was used already; begin again.');
  }
}

/** An account has 20 passkeys at most. */
export class TooManyPasskeys extends DomainError {
  readonly code = 'too_many_passkeys';
  readonly kind = 'conflict';

  constructor() {
    super('The account has 20 passkeys; remove one before you add another one.');
  }
}
