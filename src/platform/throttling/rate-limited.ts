import { DomainError } from '../../shared/errors.js';

/** Too many requests in a minute for one address, user or account. */
export class RateLimited extends DomainError {
  readonly code = 'rate_limited';
  readonly kind = 'rate_limited';

  constructor({ name, perMinute }: { readonly name: string; readonly perMinute: number }, retryAfterSeconds: number) {
    super(`At most ${perMinute} requests a minute are allowed per ${name}; try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  }
}
