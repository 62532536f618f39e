import { Client } from 'pg';

/** The parts of `ssl` that the driver makes of a URL. */
type Tls = boolean | { readonly rejectUnauthorized?: boolean; readonly checkServerIdentity?: unknown };

/** Stands for the certificates of the system as PGSSLROOTCERT. */
export const SYSTEM_ROOTS = 'system';

/**
 * The environment with which PostgreSQL's own commands connect as Till does with this URL
 * (https://www.postgresql.org/docs/current/libpq-envars.html). They verify the server's certificate wherever Till does.
 */
export function libpqEnvironment(url: string): Record<string, string> {
  const { host, port, user, password, database, ssl } = new Client({ connectionString: url }) as Client & { ssl: Tls };
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '');
  const files = {
    PGSSLROOTCERT: query.get('sslrootcert'),
    PGSSLCERT: query.get('sslcert'),
    PGSSLKEY: query.get('sslkey'),
  };
  const all = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGSSLMODE: sslMode(ssl),
    PGAPPNAME: 'till-backup',
    PGCONNECT_TIMEOUT: '10',
    ...files,
    ...(sslMode(ssl) === 'verify-full' && !files.PGSSLROOTCERT && { PGSSLROOTCERT: SYSTEM_ROOTS }),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function sslMode(ssl: Tls): string {
  if (!ssl) return 'disable';
  if (ssl === true) return 'verify-full';
  if (ssl.rejectUnauthorized === false) return 'require';
  return ssl.checkServerIdentity ? 'verify-ca' : 'verify-full';
}
