import { DomainError } from '../../shared/errors.js';

/** Nobody who knows a live secret sent this, or it was sent too long ago. Nothing of it is kept. */
export class WebhookRefused extends DomainError {
  readonly code = 'webhook_refused';
  readonly kind = 'invalid';
  constructor(why: string) {
    super(`The webhook was not taken: ${why}.`);
  }
}

/** A provider signed this and Till can't read it, such as a version of its messages that came later. */
export class WebhookUnreadable extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`The webhook can't be read: ${why}.`, options);
    this.name = 'WebhookUnreadable';
  }
}
