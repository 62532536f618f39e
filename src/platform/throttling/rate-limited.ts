import { DomainError } from '../../shared/errors.js';
import { limitProblem } from '../../shared/limit-problem.js';
import { counter } from '../metrics/index.js';

const throttled = counter('till_requests_throttled_total', 'Requests refused by a rate limit, by limit.', {
  limit: ['address', 'webhooks', 'user', 'key', 'account', 'messages'],
});

/** Too many requests in a minute for one address, user or account. */
export class RateLimited extends DomainError {
  readonly code = 'rate_limited';
  readonly kind = 'rate_limited';

  constructor({ name, perMinute }: { readonly name: string; readonly perMinute: number }, retryAfterSeconds: number) {
    super(`At most ${perMinute} requests a minute are allowed per ${name}; try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
      registered: limitProblem('quota-exceeded', [name]),
    });
  }
}

/** Sign-ins to an account, or from an address, wait after failures. */
export class SignInDelayed extends DomainError {
  readonly code = 'rate_limited';
  readonly kind = 'rate_limited';

  constructor(retryAfterSeconds: number) {
    super(`Too many sign-ins have failed; try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
      registered: limitProblem('abnormal-usage-detected', ['failed-sign-ins']),
    });
    throttled.inc({ limit: 'account' });
  }
}

/** Counts the refusal. @throws RateLimited */
export function refuse(limit: { readonly name: string; readonly perMinute: number }, retryAfterSeconds: number): never {
  throttled.inc({ limit: limit.name });
  throw new RateLimited(limit, retryAfterSeconds);
}
