import { DomainError } from '../shared/errors.js';

/** Why a key of the right form is refused; the text is for its holder. */
export class ApiKeyRefused extends Error {}

export class ApiKeyRotating extends DomainError {
  readonly code = 'api_key_rotating';
  readonly kind = 'conflict';

  constructor(until: Date) {
    super(
      `Both secrets of this key are in use, the one before until ${until.toISOString()}. Rotate it after that, or with "overlapHours": 0, which ends both at once.`,
    );
  }
}

export class NotYourApiKey extends DomainError {
  readonly code = 'not_your_api_key';
  readonly kind = 'forbidden';

  constructor() {
    super(
      'Only its owner rotates an API key, because it acts in their name. Make a key of your own, and revoke this one.',
    );
  }
}
