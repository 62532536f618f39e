import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates } from 'node:tls';
import { libpqEnvironment, SYSTEM_ROOTS } from './libpq-environment.js';

/**
 * Runs `work` with the environment of PostgreSQL's commands. Where they need public authorities, they get those that Node trusts, in a file
 * that is removed afterwards: the image has no certificates of a system.
 */
export async function withLibpqEnvironment<T>(
  url: string,
  work: (environment: Record<string, string>) => Promise<T>,
): Promise<T> {
  const environment = libpqEnvironment(url);
  if (environment['PGSSLROOTCERT'] !== SYSTEM_ROOTS) return work(environment);
  const roots = trustedRoots();
  if (roots === '') return work(environment);
  const folder = await mkdtemp(path.join(tmpdir(), 'till-roots-'));
  try {
    const file = path.join(folder, 'roots.pem');
    await writeFile(file, roots, { mode: 0o600 });
    return await work({ ...environment, PGSSLROOTCERT: file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The certificates with which the driver verifies servers, those of NODE_EXTRA_CA_CERTS among them, and those of SSL_CERT_FILE. */
function trustedRoots(): string {
  return [...getCACertificates('default'), ofFile(process.env['SSL_CERT_FILE'])].filter(Boolean).join('\n');
}

/** As OpenSSL does, passes over a file that can't be read: the connection then fails if it needs one of its certificates. */
function ofFile(file: string | undefined): string {
  try {
    return file ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
