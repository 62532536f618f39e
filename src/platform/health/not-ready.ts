import { isUnavailable, sqlState } from '../database/index.js';

/** The reason why a process can't serve, without addresses and values, because anybody may read it. */
export class NotReady extends Error {}

/** Returns the reason for an error of the database. */
export function notReady(error: unknown): NotReady {
  if (error instanceof NotReady) return error;
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
