import { refusesOptions, sqlState } from './errors.js';
import { WrongSchema } from './wire/session.js';

/** Explains problems with the database that people can correct: what happened and what to do. */
export function explainDatabase(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '' } = error as NodeJS.ErrnoException;
  const said = error.message || code;
  if (error instanceof WrongSchema) return said;
  if (refusesOptions(error)) return `${said}\n${POOLER}`;
  const remedy = remedyFor(sqlState(error)) ?? remedyForConnection(code, said);
  return remedy && `${said}\n${remedy}`;
}

function remedyFor(state: string | undefined): string | undefined {
  if (state === undefined) return undefined;
  if (state.startsWith('28')) return 'The database refuses: correct user and password in DATABASE_URL, or pg_hba.conf.';
  if (state === '3D000') return 'The database refuses: create that database, or correct its name in DATABASE_URL.';
  if (state === '42P01') return 'The database is not migrated: run the migrate command first.';
  if (state === '3F000')
    return 'There is no schema to create tables in: create one, and name it in the search_path of the user.';
  if (state === '42501')
    return 'Let the user of DATABASE_URL do that, such as by GRANT CREATE, USAGE ON SCHEMA public TO the user.';
  if (state === '25006') return 'The database is read-only, such as a standby: DATABASE_URL must lead to the primary.';
  if (/^53[123]/.test(state)) return 'The database is out of room (disk, memory or connections): give it more.';
  return undefined;
}

const POOLER =
  'The pooler refuses the schema of SHOP: give the shop a role with ALTER ROLE ... SET search_path, and PgBouncer ignore_startup_parameters = options (docs/shops.md).';

const certificates =
  'The certificate of PostgreSQL is refused. Add sslrootcert=<file with the certificate of its authority> to DATABASE_URL; ' +
  'sslmode=no-verify encrypts without checking who answers.';

function remedyForConnection(code: string, said: string): string | undefined {
  if (/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code)) return certificates;
  if (/does not support SSL/.test(said))
    return 'The server speaks no TLS: turn its ssl on, or set sslmode=disable in DATABASE_URL.';
  if (code === 'EMFILE') return 'The process may open too few files: raise the limit (ulimit -n, LimitNOFILE).';
  if (/^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)/.test(code) || /timeout/.test(said))
    return 'The server does not answer. Check that it runs and that DATABASE_URL is right.';
  if (code === 'ENOENT')
    return 'There is no such socket or file: check host, sslrootcert, sslcert and sslkey in DATABASE_URL.';
  return undefined;
}
