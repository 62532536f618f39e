import { DomainError, ValidationFailed } from '../../shared/errors.js';

/** The same error for a wrong, a used and an expired code. */
export class InvalidCode extends DomainError {
  readonly code = 'invalid_code';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The code is wrong, or it was used already; wait for the next one, or take a recovery code.');
  }
}

/** The same error for a token that is unknown, expired or older than a change of the account. */
export class InvalidMfaToken extends DomainError {
  readonly code = 'invalid_mfa_token';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The token of this sign-in is not, or no longer, valid; sign in again.');
  }
}

/** The role of the caller asks for a second factor, and the account has none. */
export class SecondFactorRequired extends DomainError {
  readonly code = 'second_factor_required';
  readonly kind = 'forbidden';

  constructor() {
    super('The roles of this account need a second factor: POST /v1/auth/mfa/totp begins to add one.');
  }
}

/** The configuration has no keys to encrypt the secret of an authenticator app with. */
export class NoEncryptionKeys extends DomainError {
  readonly code = 'no_encryption_keys';
  readonly kind = 'unavailable';

  constructor() {
    super('This installation can keep no secrets of authenticator apps: ENCRYPTION_KEYS is not set.');
  }
}

export class FactorExists extends DomainError {
  readonly code = 'factor_exists';
  readonly kind = 'conflict';

  constructor() {
    super('The account has an authenticator app; remove it before you add another one.');
  }
}

/** There is no second factor to remove, to confirm, or to have recovery codes for. */
export class NoSuchFactor extends DomainError {
  readonly code = 'no_such_factor';
  readonly kind = 'conflict';
}

/** A first code that does not belong to the secret: a mistake of the request, not of a sign-in. */
export function wrongFirstCode(): ValidationFailed {
  return new ValidationFailed([
    { pointer: '/code', code: 'invalid_code', message: 'is not the present code of the new secret' },
  ]);
}
