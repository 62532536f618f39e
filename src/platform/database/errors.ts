import { DomainError } from '../../shared/errors.js';

/** The database can't be reached or does not answer; nothing is known to have changed. */
export class DatabaseUnavailable extends DomainError {
  readonly code = 'database_unavailable';
  readonly kind = 'unavailable';

  constructor(cause: unknown) {
    super('The database does not answer right now. Try again with the same Idempotency-Key.', { retryAfterSeconds: 1 });
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

/** The SQLSTATE by which `refuse_stale` says that what a transaction went by is no longer so. */
export const STALE = 'TL001';

/** SQLSTATE classes and codes that say "no server" rather than "no": connection lost, too many, shutting down. */
const unavailableState = /^(08...|57P0[1-5]|53300|57014|25P03)$/;
const unavailableText = new RegExp(
  [
    'timeout|ETIMEDOUT|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH',
    'Connection terminated|not queryable|\\bended\\b|after end|was destroyed|already released|establishing an SSL',
  ].join('|'),
  'i',
);

/** Whether the error means that the database can't be reached, as opposed to that it refused. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state) return unavailableState.test(state);
  const cause = driverError(error);
  return (
    cause instanceof Error && unavailableText.test(`${cause.message} ${String((cause as { code?: unknown }).code)}`)
  );
}

function driverError(error: unknown): { code?: unknown; constraint?: unknown } {
  if (!(error instanceof Error)) return {};
  return ('driverError' in error ? error.driverError : error) as { code?: unknown; constraint?: unknown };
}
