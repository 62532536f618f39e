import { Client } from 'pg';
import { isLoopback } from './server-url.js';

interface Given {
  readonly DATABASE_URL?: string | undefined;
  readonly MIGRATION_DATABASE_URL?: string | undefined;
  readonly DATABASE_REPLICA_URL?: string | undefined;
  readonly BACKUP_DRILL_DATABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly REQUIRE_TLS?: 'yes' | 'no' | undefined;
}

const INSTEAD = 'or set REQUIRE_TLS=no if the network is private and encrypted otherwise';
const DATABASES = [
  'DATABASE_URL',
  'MIGRATION_DATABASE_URL',
  'DATABASE_REPLICA_URL',
  'BACKUP_DRILL_DATABASE_URL',
] as const;

/** Problems of servers to which passwords and rows would travel readable, or to a server that proved nothing. */
export function plaintextProblems(given: Given): string[] {
  if (given.REQUIRE_TLS === 'no') return [];
  const databases = DATABASES.filter((name) => given[name] !== undefined && !isSafeDatabase(given[name])).map(
    (name) =>
      `${name}: must use TLS and verify the server in production: add ?sslmode=verify-full&sslrootcert=/ca.pem, ${INSTEAD}`,
  );
  const redis =
    given.REDIS_URL === undefined || isSafeRedis(given.REDIS_URL)
      ? []
      : [`REDIS_URL: must use TLS in production: rediss:// (with REDIS_CA for a private authority), ${INSTEAD}`];
  return [...databases, ...redis];
}

/** As the driver reads the URL: by TLS with a verified certificate, or without leaving this machine. */
function isSafeDatabase(url: string): boolean {
  try {
    const { host, ssl } = new Client({ connectionString: url }) as Client & { readonly ssl: unknown };
    if (host.startsWith('/') || isLoopback(host)) return true;
    return ssl === true || (isObject(ssl) && ssl['rejectUnauthorized'] !== false);
  } catch {
    return true; // a certificate that can't be read is reported when Till connects, with its path
  }
}

function isSafeRedis(url: string): boolean {
  return url.startsWith('rediss:') || !URL.canParse(url) || isLoopback(new URL(url).hostname);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
