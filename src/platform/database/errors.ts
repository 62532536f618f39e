import { DomainError } from '../../shared/errors.js';

/** The database can't be reached, does not respond, or can't write now; it is not known whether something changed. */
export class DatabaseUnavailable extends DomainError {
  readonly code = 'database_unavailable';
  readonly kind = 'unavailable';

  constructor(cause: unknown) {
    super("The database can't do this right now. Try again with the same Idempotency-Key.", {
      retryAfterSeconds: needsPeople.test(sqlState(cause) ?? '') ? 10 : 1,
    });
    this.cause = cause;
  }
}

/** Returns the SQLSTATE of a database error (PostgreSQL, appendix A), also if TypeORM wrapped it; `undefined` for other errors. */
export function sqlState(error: unknown): string | undefined {
  const { code } = driverError(error);
  // A SQLSTATE has a digit; EPIPE has the same length but no digit.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Returns the constraint that a database error names, if any. */
export function violatedConstraint(error: unknown): string | undefined {
  const { constraint } = driverError(error);
  return typeof constraint === 'string' ? constraint : undefined;
}

/** SQLSTATEs after which a session is useless: it is lost, or (25006) its server has become a standby. */
const uselessState = /^(08...|57P0[1-5]|53300|57014|25P03|25P04|25006)$/;
/**
 * SQLSTATE classes that mean "not now" and not "no" (PostgreSQL manual, appendix A): connection (08), transaction state, such as a
 * read-only server (25), rollback after a conflict (40), resources, such as a full disk (53), a conflicting lock or state (55), an
 * operator (57), an error of the system, such as of a disk (58).
 */
const unavailableState = /^(08|25|40|53|55|57|58)...$/;
/** Those of them that do not end within a second. */
const needsPeople = /^(53[1-9]|58)/;
const unavailableText = new RegExp(
  [
    'timeout|ETIMEDOUT|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EMFILE|ENFILE|ENOBUFS|EADDRNOTAVAIL',
    'Connection terminated|not queryable|\\bended\\b|after end|was destroyed|already released|establishing an SSL',
  ].join('|'),
  'i',
);
/** What Citus says, under the SQLSTATE of all that it did not expect, when a node that a statement needs goes away. */
const nodeAway = /^failure on connection marked as essential\b/;

/** Whether the error means that the database can't do it now, as opposed to a refusal. */
export function isUnavailable(error: unknown): boolean {
  if (refusesOptions(error)) return false;
  const state = sqlState(error);
  if (state === 'XX000') return nodeAway.test(driverError(error).message ?? '');
  return state ? unavailableState.test(state) : isOutage(error);
}

/** Whether the database could not do it, or there was no turn for it, and the same may succeed later. */
export function isTemporary(error: unknown): boolean {
  return error instanceof DomainError ? error.kind === 'unavailable' : isUnavailable(error);
}

/** Whether a pooler refuses the schema of a further shop in the start-up message (PgBouncer has one SQLSTATE for all that it refuses). */
export function refusesOptions(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter\b.*\boptions\b/.test(error.message);
}

/** Whether the connection is useless after the error: its last statement may or may not have been executed. */
export function isConnectionUseless(error: unknown): boolean {
  const state = sqlState(error);
  return state ? uselessState.test(state) : isOutage(error);
}

/** Whether the server did not answer in time, although it had to end the statement by then: `pg` has no code for it. */
export function isSilent(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Whether the server no longer accepts writes, as after a failover; this holds for all its connections. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006';
}

/**
 * Whether a prepared statement returns other columns than before, because a table was changed ("cached plan must not change result
 * type"). Nothing was executed; a new prepared statement works. The SQLSTATE has other uses, and the text is translated.
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
  readonly message?: string;
  readonly code?: unknown;
  readonly constraint?: unknown;
  /** The server's function that reported the error. */
  readonly routine?: unknown;
}

function driverError(error: unknown): DriverError {
  if (!(error instanceof Error)) return {};
  return ('driverError' in error ? error.driverError : error) as DriverError;
}
