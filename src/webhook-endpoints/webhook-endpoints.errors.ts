import { DomainError, ValidationFailed } from '../shared/errors.js';

/** Nothing may be sent to this URL. */
export function urlRefused(reason: string): ValidationFailed {
  return new ValidationFailed([{ pointer: '/url', code: 'url', message: reason }]);
}

/** Nothing is sent to a disabled endpoint. */
export class WebhookEndpointDisabled extends DomainError {
  readonly code = 'webhook_endpoint_disabled';
  readonly kind = 'conflict';

  constructor(id: string) {
    super(
      `Nothing is sent to the endpoint ${id}, because it is disabled. Enable it first: PATCH with status "enabled".`,
    );
  }
}

/** The configuration has no keys to encrypt the secrets of endpoints with. */
export class WebhookSecretsUnavailable extends DomainError {
  readonly code = 'webhook_secrets_unavailable';
  readonly kind = 'unavailable';

  constructor() {
    super('This installation can keep no secrets of webhook endpoints: ENCRYPTION_KEYS is not set.');
  }
}
