import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withLibpqEnvironment } from './trusted-roots.js';

const url = 'postgres://till:secret@db.example/till?sslmode=verify-full';
const authority = path.resolve('test/support/tls/authority.crt');

/** The file of the roots, and what it has while the command runs. */
const rootsOf = () =>
  withLibpqEnvironment(url, async ({ PGSSLROOTCERT: file = '' }) => ({ file, text: await readFile(file, 'utf8') }));

describe('The authorities of pg_dump and pg_restore', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are those of Node, which need no certificates of a system, in a file that is removed afterwards', async () => {
    const { file, text } = await rootsOf();
    expect(rootCertificates.filter((certificate) => !text.includes(certificate.trim()))).toEqual([]);
    expect(existsSync(path.dirname(file))).toBe(false);
  });

  it('are gone after a failure, too', async () => {
    let file = '';
    const failing = withLibpqEnvironment(url, ({ PGSSLROOTCERT }) => {
      file = PGSSLROOTCERT!;
      return Promise.reject(new Error('pg_dump failed'));
    });
    await expect(failing).rejects.toThrow('pg_dump failed');
    expect(existsSync(path.dirname(file))).toBe(false);
  });

  it('include those of SSL_CERT_FILE, and a file that is not there stops nothing', async () => {
    vi.stubEnv('SSL_CERT_FILE', authority);
    expect((await rootsOf()).text).toContain((await readFile(authority, 'utf8')).trim());
    vi.stubEnv('SSL_CERT_FILE', '/nowhere/roots.pem');
    expect((await rootsOf()).text).toContain(rootCertificates[0]!.trim());
  });

  it.each([
    ['the file of the URL', `${url}&sslrootcert=${authority}`, authority],
    ['none without TLS', 'postgres://till:secret@localhost/till', undefined],
  ])('are %s', async (_, given, expected) => {
    expect(await withLibpqEnvironment(given, ({ PGSSLROOTCERT }) => Promise.resolve(PGSSLROOTCERT))).toBe(expected);
  });
});
