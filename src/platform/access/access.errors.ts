import { DomainError } from '../../shared/errors.js';

export class NotForApiKeys extends DomainError {
  readonly code = 'not_for_api_keys';
  readonly kind = 'forbidden';

  constructor() {
    super('This concerns the account of whoever calls, and an API key has none.');
  }
}
