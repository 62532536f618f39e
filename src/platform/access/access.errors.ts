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

  constructor(withinSeconds: number) {
    const age = withinSeconds < 7200 ? `${withinSeconds / 60} minutes` : `${withinSeconds / 3600} hours`;
    super(`This needs a sign-in at most ${age} old: POST /v1/auth/reauthentication, then try again.`);
  }
}
