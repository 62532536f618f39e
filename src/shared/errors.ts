/** The kind of an error, by who can fix it; the HTTP filter maps a kind to a status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition_failed'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable';

/** One refused value: its place (JSON Pointer, RFC 6901) and the reason. */
export interface Violation {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** A problem type that is registered for all APIs, and its members beside those of every problem (RFC 9457, section 4). */
export interface RegisteredProblem {
  readonly type: string;
  readonly members: Readonly<Record<string, unknown>>;
}

interface Extras {
  readonly violations?: readonly Violation[];
  readonly retryAfterSeconds?: number;
  readonly transient?: boolean;
  readonly registered?: RegisteredProblem;
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
  /** Where the problem is one of a registered type. */
  readonly registered: RegisteredProblem | undefined;
  /**
   * Whether the same request may succeed after a change by others: stock arrived, an operation ended. Such a refusal is not
   * stored under an Idempotency-Key. An error with `retryAfterSeconds` is transient.
   */
  readonly isTransient: boolean;

  constructor(message: string, extras: Extras = {}) {
    super(message);
    this.name = new.target.name;
    this.violations = extras.violations;
    this.retryAfterSeconds = extras.retryAfterSeconds;
    this.registered = extras.registered;
    this.isTransient = extras.transient ?? extras.retryAfterSeconds !== undefined;
  }
}

export class ValidationFailed extends DomainError {
  readonly code = 'validation_failed';
  readonly kind = 'invalid';

  /** `isPartial`: validation stopped early because the request has so many mistakes. */
  constructor(violations: readonly Violation[], isPartial = false) {
    const count = violations.length === 1 ? 'one invalid value' : `${violations.length} invalid values`;
    super(`The request has ${isPartial ? 'at least ' : ''}${count}; see errors.`, { violations });
  }
}

/**
 * Runs `work` on the part of a request at a JSON Pointer. Prefixes the pointers of its violations with that pointer.
 * @throws ValidationFailed, and other errors of `work`
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

  /** The text is the same for a resource that does not exist and for another person's, so it reveals nothing. */
  constructor(what: string, _id?: string) {
    super(`There is no such ${what} that you may see.`);
  }
}

/** Something that belongs to somebody else. The caller can't tell it from `NotFound`; the audit log can. */
export class NotYours extends NotFound {}

export class Forbidden extends DomainError {
  readonly code = 'forbidden';
  readonly kind = 'forbidden';

  constructor(permission: string) {
    super(`This needs the permission ${permission}, which the caller does not have.`);
  }
}

/** Ends the message of every refusal that depends on the outcome of an operation in progress. Such a refusal is transient. */
export const WAIT_FOR_OUTCOME = 'Wait for its outcome, then try again.';

export class InvalidTransition extends DomainError {
  readonly code = 'invalid_transition';
  readonly kind = 'conflict';

  /** `isUnderWay`: an operation in progress caused the state, so its outcome may allow the same request. */
  constructor(what: string, state: string, action: string, isUnderWay = false) {
    const then = isUnderWay ? ` yet. ${WAIT_FOR_OUTCOME}` : '.';
    super(`${what} that is ${state} can't ${action}${then}`, { transient: isUnderWay });
  }
}
