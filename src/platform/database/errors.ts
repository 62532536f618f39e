import { DomainError } from '../../shared/errors.js';

/** The database can't be reached, does not answer, or can't write just now; nothing is known to have changed. */
export class DatabaseUnavailable extends DomainError {
  readonly code = 'database_unavailable';
  readonly kind = 'unavailable';

  constructor(cause: unknown) {
    super('The database can not do this right now. Try again with the same Idempotency-Key.', {
      retryAfterSeconds: needsPeople.test(sqlState(cause) ?? '') ? 10 : 1,
    });
    this.cause = cause;
  }
}

/** The SQLSTATE of a database error (PostgreSQL, appendix A), TypeORM's wrapping removed; `undefined` for other errors. */
export function sqlState(error: unknown): string | undefined {
  const { code } = driverError(error);
  // Each has a digit; EPIPE, which is as long, has none.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The constraint that a database error names, if it names one. */
export function violatedConstraint(error: unknown): string | undefined {
  const { constraint } = driverError(error);
  return typeof constraint === 'string' ? constraint : undefined;
}

/** SQLSTATEs after which a session serves nobody: it is lost, or (25006) its server has become a standby. */
const uselessState = /^(08...|57P0[1-5]|53300|57014|25P03|25P04|25006)$/;
/**
 * SQLSTATE classes that say "not now" rather than "no" (PostgreSQL manual, appendix A): connection (08), transaction state, such as
 * a read-only server (25), rollback of what collided (40), resources, such as a full disk (53), a lock or a state that is in
 * the way (55), an operator (57), an error of the system around the server, such as of a disk (58).
 */
const unavailableState = /^(08|25|40|53|55|57|58)...$/;
/** Of these, what does not pass in a second. */
const needsPeople = /^(53[1-9]|58)/;
const unavailableText = new RegExp(
  [
    'timeout|ETIMEDOUT|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EMFILE|ENFILE|ENOBUFS|EADDRNOTAVAIL',
    'Connection terminated|not queryable|\\bended\\b|after end|was destroyed|already released|establishing an SSL',
  ].join('|'),
  'i',
);

/** Whether the error means that the database can't do what was asked just now, as opposed to that it refused. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  return state ? unavailableState.test(state) : isOutage(error);
}

/** Whether the error means that the connection is of no use any more: what it asked may or may not have been done. */
export function isConnectionUseless(error: unknown): boolean {
  const state = sqlState(error);
  return state ? uselessState.test(state) : isOutage(error);
}

/** Whether the server takes no writes any more, as after a failover; other connections to the same server find it so too. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006';
}

/**
 * Whether a prepared statement returns other columns than when it was prepared, since somebody changed a table ("cached plan must
 * not change result type"). Nothing was done; prepared anew it works. The SQLSTATE has other uses, and the text is translated.
 */
export function isPlanOutdated(error: unknown): boolean {
  return sqlState(error) === '0A000' && driverError(error).routine === 'RevalidateCachedQuery';
}

function isOutage(error: unknown): boolean {
  const cause = driverError(error);
  return (
    cause instanceof Error && unavailableText.test(`${cause.message} ${String((cause as { code?: unknown }).code)}`)
  );
}

interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  /** The function of the server that reported it. */
  readonly routine?: unknown;
}

function driverError(error: unknown): DriverError {
  if (!(error instanceof Error)) return {};
  return ('driverError' in error ? error.driverError : error) as DriverError;
}
