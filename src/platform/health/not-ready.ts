import { isUnavailable, refusesOptions, sqlState } from '../database/index.js';

/** The reason why a process can't serve, without addresses and values, because anybody may read it. */
export class NotReady extends Error {}

/** Returns the reason for an error of the database. */
export function notReady(error: unknown): NotReady {
  if (error instanceof NotReady) return error;
  if (refusesOptions(error)) return new NotReady('The database refuses (a pooler takes no options).');
  const state = sqlState(error);
  if (state === '25006') return new NotReady(READ_ONLY);
  if (state === '53100') return new NotReady('The disk of the database is full (53100).');
  if (state?.startsWith('53')) return new NotReady(`The database lacks resources (${state}).`);
  if (state === '42P01') return new NotReady(NO_SCHEMA);
  // The database is starting, stopping or recovering, or the connection broke.
  const isAway = state ? /^(08|57P)/.test(state) : isUnavailable(error);
  if (state && !isAway) return new NotReady(`The database refuses (${state}).`);
  return new NotReady(isAway ? NO_ANSWER : 'The database does not answer a query.');
}

export const NO_ANSWER = 'The database does not answer.';
export const READ_ONLY = 'The database is read-only.';
export const NO_SCHEMA = 'The database has no schema: run the migrate command.';
export const OLDER_SCHEMA = 'The schema of the database is older than this build: run the migrate command.';
export const NEWER_SCHEMA = 'The schema of the database is newer than this build: run the build that made it.';
export const WRONG_SCHEMA = 'The connection is not in the schema of this shop: make it with till shops create.';
export const SUSPENDED = 'The shop is suspended.';

/** Reasons that lie in the schema: the database itself is well. */
export const OF_SCHEMA: ReadonlySet<string> = new Set([NO_SCHEMA, OLDER_SCHEMA, NEWER_SCHEMA, WRONG_SCHEMA]);

/** What the database can do for this process. */
export const databaseStates = [
  'writable',
  'read_only',
  'no_answer',
  'disk_full',
  'lacks_resources',
  'refused',
  'schema',
] as const;
export type DatabaseState = (typeof databaseStates)[number];

/** Returns the state for a reason; without one, the database takes writes. */
export function databaseStateOf(reason: string | undefined): DatabaseState {
  if (reason === undefined) return 'writable';
  if (OF_SCHEMA.has(reason)) return 'schema';
  if (reason === READ_ONLY) return 'read_only';
  if (reason.includes('disk')) return 'disk_full';
  if (reason.includes('lacks')) return 'lacks_resources';
  return reason.includes('refuses') ? 'refused' : 'no_answer';
}
