import { DomainError } from '../../shared/errors.js';

/** The sender does not know a valid secret, or the webhook is too old. Nothing of it is stored. */
export class WebhookRefused extends DomainError {
  readonly code = 'webhook_refused';
  readonly kind = 'invalid';
  constructor(why: string) {
    super(`The webhook was not taken: ${why}.`);
  }
}

/** Signed by the provider, but not readable for Till, such as a newer version of its messages. */
export class WebhookUnreadable extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`The webhook can't be read: ${why}.`, options);
    this.name = 'WebhookUnreadable';
  }
}
