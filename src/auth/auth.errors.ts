import { DomainError } from '../shared/errors.js';

export class Unauthenticated extends DomainError {
  readonly code = 'unauthenticated';
  readonly kind = 'unauthenticated';
}

/** The session has ended, or the account's roles, status or password changed after the token was issued. */
export class StaleToken extends Error {}

export class ExpiredToken extends Error {}

/** The text is no access token of this server, or one that lacks what each has. */
export class InvalidToken extends Error {}

/** The same error for an unknown address and a wrong password, so it does not reveal which accounts exist. */
export class InvalidCredentials extends DomainError {
  readonly code = 'invalid_credentials';
  readonly kind = 'unauthenticated';

  constructor() {
    super('There is no account with this e-mail address and password.');
  }
}

/** Nobody gets cookies here. */
export class CookieSessionsOff extends DomainError {
  readonly code = 'cookie_sessions_off';
  readonly kind = 'invalid';

  constructor() {
    super(
      'This installation has no cookie sessions (COOKIE_SESSIONS): leave out "cookie", and use the tokens of the answer.',
    );
  }
}

/** The configuration asks for a confirmed e-mail address, and the caller's is not. */
export class EmailNotVerified extends DomainError {
  readonly code = 'email_not_verified';
  readonly kind = 'forbidden';

  constructor() {
    super('This needs a confirmed e-mail address: POST /v1/auth/email/verification sends a mail with a token.');
  }
}
