import { DomainError } from '../../shared/errors.js';

/** The same error whatever the provider or the client did wrong. The log has the reason. */
export class SignInAtProviderFailed extends DomainError {
  readonly code = 'sign_in_at_provider_failed';
  readonly kind = 'unauthenticated';

  constructor() {
    super('The sign-in at the provider was not completed, is too old, or was used already; begin again.');
  }
}

export class IdentityProviderUnavailable extends DomainError {
  readonly code = 'identity_provider_unavailable';
  readonly kind = 'unavailable';

  constructor(name: string) {
    super(`${name} does not answer; try again, or sign in in another way.`, { retryAfterSeconds: 10 });
  }
}

/** Whoever has the address at the provider need not be whoever has the account here. */
export class IdentityNotLinked extends DomainError {
  readonly code = 'identity_not_linked';
  readonly kind = 'conflict';

  constructor() {
    super('An account with this e-mail address exists. Sign in to it in the usual way, then link the provider.');
  }
}

export class IdentityWithoutEmail extends DomainError {
  readonly code = 'identity_without_email';
  readonly kind = 'conflict';

  constructor() {
    super(
      'The provider confirms no e-mail address of yours, and an account needs one. Register, then link the provider.',
    );
  }
}

export class IdentityTaken extends DomainError {
  readonly code = 'identity_taken';
  readonly kind = 'conflict';

  constructor() {
    super('This account at the provider is linked to another account; remove it there first.');
  }
}
