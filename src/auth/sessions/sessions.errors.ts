import { DomainError } from '../../shared/errors.js';

/** The same error for an unknown, an expired and a reused token. */
export class InvalidRefreshToken extends DomainError {
  readonly code = 'invalid_refresh_token';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The refresh token is not, or no longer, valid; sign in again.');
  }
}
