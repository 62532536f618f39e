import { randomInt } from 'node:crypto';
import { DomainError } from '../../shared/errors.js';
import { limitProblem } from '../../shared/limit-problem.js';

/** The process has more requests than it can serve, and this one is of a kind that can wait. */
export class ProcessOverloaded extends DomainError {
  readonly code = 'overloaded';
  readonly kind = 'unavailable';

  constructor() {
    // Not all clients at the same moment.
    super('Till has more requests than it can serve. Nothing was done; send the request again later.', {
      retryAfterSeconds: randomInt(1, 5),
      registered: limitProblem('temporary-reduced-capacity', []),
    });
  }
}
