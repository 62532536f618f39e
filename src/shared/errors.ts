/** What went wrong, in terms of who can mend it; the HTTP filter maps a kind to a status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable';

/** One value that was refused: where it stands (JSON Pointer, RFC 6901) and why. */
export interface Violation {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

interface Extras {
  readonly violations?: readonly Violation[];
  readonly retryAfterSeconds?: number;
  readonly transient?: boolean;
}

/**
 * An expected failure. `code` is stable and documented at `/problems/<code>`; the message says what happened,
 * with which input, and what to do.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  readonly violations: readonly Violation[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /**
   * Whether the same request may succeed later, when others have changed something: stock arrived, an operation ended.
   * Such a refusal is not kept under an Idempotency-Key. What carries `retryAfterSeconds` is transient.
   */
  readonly isTransient: boolean;

  constructor(message: string, extras: Extras = {}) {
    super(message);
    this.name = new.target.name;
    this.violations = extras.violations;
    this.retryAfterSeconds = extras.retryAfterSeconds;
    this.isTransient = extras.transient ?? extras.retryAfterSeconds !== undefined;
  }
}

export class ValidationFailed extends DomainError {
  readonly code = 'validation_failed';
  readonly kind = 'invalid';

  /** `isPartial`: not all of the request was looked at, since so much of it is wrong already. */
  constructor(violations: readonly Violation[], isPartial = false) {
    const count = `${isPartial ? 'at least ' : ''}${violations.length}`;
    super(`The request has ${count} invalid value(s); see errors.`, { violations });
  }
}

/**
 * Runs `work` on the part of a request at a JSON Pointer, and names what is invalid there by its place in the request.
 * @throws ValidationFailed, and whatever else `work` throws
 */
export function inPart<T>(pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    throw new ValidationFailed((error.violations ?? []).map((each) => ({ ...each, pointer: pointer + each.pointer })));
  }
}

export class NotFound extends DomainError {
  readonly code = 'not_found';
  readonly kind = 'not_found';

  /** The text is the same for what does not exist and for what belongs to somebody else: it says nothing of which. */
  constructor(what: string, _id?: string) {
    super(`There is no such ${what} that you may see.`);
  }
}

export class Forbidden extends DomainError {
  readonly code = 'forbidden';
  readonly kind = 'forbidden';

  constructor(permission: string) {
    super(`This needs the permission ${permission}, which the caller does not have.`);
  }
}

/** What every refusal says that only the outcome of something under way can lift. Such a refusal is transient. */
export const WAIT_FOR_OUTCOME = 'Wait for its outcome, then try again.';

export class InvalidTransition extends DomainError {
  readonly code = 'invalid_transition';
  readonly kind = 'conflict';

  /** `isUnderWay`: an operation under way brought the state about, so that its outcome may allow the same request. */
  constructor(what: string, state: string, action: string, isUnderWay = false) {
    const then = isUnderWay ? ` yet. ${WAIT_FOR_OUTCOME}` : '.';
    super(`${what} that is ${state} can't ${action}${then}`, { transient: isUnderWay });
  }
}
