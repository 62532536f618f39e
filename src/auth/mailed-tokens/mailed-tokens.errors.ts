import { DomainError } from '../../shared/errors.js';

/** The same error for an unknown, an expired and a used token. */
export class InvalidToken extends DomainError {
  readonly code = 'invalid_token';
  readonly kind = 'invalid';

  constructor() {
    super('The token is not, or no longer, valid; ask for another mail.', {
      violations: [{ pointer: '/token', code: 'invalid_token', message: 'is unknown, expired or used' }],
    });
  }
}
