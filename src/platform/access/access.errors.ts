import { DomainError } from '../../shared/errors.js';

export class NotForApiKeys extends DomainError {
  readonly code = 'not_for_api_keys';
  readonly kind = 'forbidden';

  constructor() {
    super('This concerns the account of whoever calls, and an API key has none.');
  }
}

export class RecentSignInRequired extends DomainError {
  readonly code = 'recent_sign_in_required';
  readonly kind = 'forbidden';

  constructor() {
    super('This needs a sign-in at most 10 minutes old: POST /v1/auth/reauthentication, then try again.');
  }
}
