import { DomainError } from '../shared/errors.js';

/** A query that is refused before anything is read. */
export class QueryRefused extends DomainError {
  readonly kind = 'invalid';

  constructor(
    readonly code: 'query_too_large' | 'query_invalid' | 'query_not_listed' | 'persisted_query_not_found',
    message: string,
  ) {
    super(message);
  }
}

export class FieldNeedsSignIn extends DomainError {
  readonly code = 'unauthenticated';
  readonly kind = 'unauthenticated';

  constructor(field: string) {
    super(`${field} needs an access token.`);
  }
}
