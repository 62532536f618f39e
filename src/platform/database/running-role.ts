import { inMigrationSession, MigrationRefused, type MigrationSession } from './migration-session.js';

const ROLE = `
  SELECT rolsuper AS super, rolname = current_user AS same, pg_has_role(rolname, current_user, 'MEMBER') AS member
  FROM pg_roles WHERE rolname = $1`;
/** The tables of this shop: which of them nobody changes, and which of them belong to the migrations. */
const TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, n.nspname AS schema,
    c.relname IN ('migrations', 'migration_checksums') AS ours,
    EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
      WHERE t.tgrelid = c.oid AND p.proname = 'refuse_change' AND t.tgtype & 24 = 24) AS "appendOnly"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    AND CASE WHEN current_schema() LIKE 'shop\\_%' THEN n.nspname = current_schema() ELSE n.nspname !~ '^(shop_|till_shops$)' END`;

interface Table {
  readonly name: string;
  readonly schema: string;
  readonly ours: boolean;
  readonly appendOnly: boolean;
}

/**
 * Gives the role of the processes its rights: it reads and writes rows, and owns nothing, so that it can neither disable a trigger nor drop a
 * constraint. Rows of append-only tables it can't change even if a trigger were gone.
 * @throws MigrationRefused if there is no such role, or if it may do more
 */
export async function grantToRunningRole(session: MigrationSession, role: string): Promise<void> {
  const [found] = await session.ask<{ super: boolean; same: boolean; member: boolean }>(ROLE, [role]);
  if (found?.same) return;
  if (!found) {
    throw new MigrationRefused(
      `There is no role "${role}", the user of DATABASE_URL: CREATE ROLE ${quoted(role)} LOGIN PASSWORD '...'. Then migrate again.`,
    );
  }
  if (found.super || found.member) {
    throw new MigrationRefused(
      `The role "${role}", the user of DATABASE_URL, is a superuser or a member of the role that migrates, so no constraint would bind it. Use a role of its own.`,
    );
  }
  const tables = await session.ask<Table>(TABLES);
  await session.runner.query(statements(tables, quoted(role)).join(';\n'));
  session.report(`${role} may read and write rows, and owns nothing`);
}

/** The same for the database at `url`, where everything belongs to its user: after a restore. */
export function grantRights(url: string, role: string, report?: (message: string) => void): Promise<void> {
  return inMigrationSession(url, report ? { report } : {}, (session) => grantToRunningRole(session, role));
}

function statements(tables: readonly Table[], role: string): string[] {
  const schemas = [...new Set(tables.map(({ schema }) => quoted(schema)))];
  return [
    ...schemas.flatMap((schema) => [
      `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
      `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`,
    ]),
    ...tables.flatMap(({ name, ours, appendOnly }) => [
      `REVOKE ALL ON ${name} FROM ${role}`,
      `GRANT ${ours ? 'SELECT' : appendOnly ? 'SELECT, INSERT' : 'SELECT, INSERT, UPDATE, DELETE'} ON ${name} TO ${role}`,
    ]),
  ];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
