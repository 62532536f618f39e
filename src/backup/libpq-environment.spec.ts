import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { libpqEnvironment } from './libpq-environment.js';

const authority = path.resolve('test/support/tls/authority.crt');

describe('The environment of pg_dump and pg_restore', () => {
  it('has the parts of the URL, decoded, and the password only there', () => {
    expect(libpqEnvironment('postgres://till:p%40ss%2Fword@db.example:6543/shop')).toMatchObject({
      PGHOST: 'db.example',
      PGPORT: '6543',
      PGUSER: 'till',
      PGPASSWORD: 'p@ss/word',
      PGDATABASE: 'shop',
      PGSSLMODE: 'disable',
    });
  });

  it('has the folder of a socket', () => {
    expect(libpqEnvironment('postgres://till:secret@/till?host=/var/run/postgresql')).toMatchObject({
      PGHOST: '/var/run/postgresql',
      PGDATABASE: 'till',
    });
  });

  it.each([
    ['?sslmode=verify-full', { PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' }],
    [`?sslmode=verify-full&sslrootcert=${authority}`, { PGSSLMODE: 'verify-full', PGSSLROOTCERT: authority }],
    ['?sslmode=require', { PGSSLMODE: 'verify-full' }],
    ['?sslmode=require&uselibpqcompat=true', { PGSSLMODE: 'require' }],
    [`?sslmode=verify-ca&uselibpqcompat=true&sslrootcert=${authority}`, { PGSSLMODE: 'verify-ca' }],
    ['?sslmode=no-verify', { PGSSLMODE: 'require' }],
    ['?ssl=true', { PGSSLMODE: 'verify-full' }],
    ['?sslmode=disable', { PGSSLMODE: 'disable' }],
  ])('verifies the server as the driver does with %s', (query, expected) => {
    expect(libpqEnvironment(`postgres://till:secret@db.example/till${query}`)).toMatchObject(expected);
  });
});
