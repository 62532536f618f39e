import { describe, expect, it } from 'vitest';
import { plaintextProblems } from './plaintext.js';

const database = (query = '', host = 'db.example') => ({ DATABASE_URL: `postgres://till:secret@${host}/till${query}` });
const redis = (url: string) => ({ REDIS_URL: url });

describe('In production', () => {
  it.each([
    ['PostgreSQL without TLS', database(), 'DATABASE_URL'],
    ['PostgreSQL whose TLS is off', database('?sslmode=disable'), 'DATABASE_URL'],
    ['PostgreSQL whose certificate nobody verifies', database('?sslmode=no-verify'), 'DATABASE_URL'],
    ["PostgreSQL by libpq's require", database('?sslmode=require&uselibpqcompat=true'), 'DATABASE_URL'],
    ['the role that migrates', { MIGRATION_DATABASE_URL: database().DATABASE_URL }, 'MIGRATION_DATABASE_URL'],
    ['the replica', { DATABASE_REPLICA_URL: database().DATABASE_URL }, 'DATABASE_REPLICA_URL'],
    [
      'the server of restore drills',
      { BACKUP_DRILL_DATABASE_URL: database().DATABASE_URL },
      'BACKUP_DRILL_DATABASE_URL',
    ],
    ['Redis without TLS', redis('redis://:secret@cache.example:6379'), 'REDIS_URL'],
  ])('%s is a problem', (_, given, name) => {
    expect(plaintextProblems({ REQUIRE_TLS: 'yes', ...given })).toEqual([
      expect.stringMatching(`^${name}: must use TLS`),
    ]);
    expect(plaintextProblems(given)).toHaveLength(1);
    expect(plaintextProblems({ REQUIRE_TLS: 'no', ...given })).toEqual([]);
    expect(JSON.stringify(plaintextProblems(given))).not.toContain('secret');
  });

  it.each([
    ['verify-full', database('?sslmode=verify-full')],
    ['the driver’s own require, which verifies', database('?sslmode=require')],
    ['this machine', database('', '127.0.0.1')],
    ['a socket', { DATABASE_URL: 'postgres://till:secret@/till?host=/var/run/postgresql' }],
    ['rediss', redis('rediss://:secret@cache.example:6379')],
    ['Redis on this machine', redis('redis://localhost:6379')],
  ])('%s is none', (_, given) => {
    expect(plaintextProblems(given)).toEqual([]);
  });
});
