import { gauge } from '../metrics/index.js';
import { MigrationChecksums } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';

/**
 * How the schema of a database fits a build. `newer`: it has migrations that the build does not know, and the build can run on it
 * nevertheless; `ahead`: it can't.
 */
export type SchemaFit = 'current' | 'newer' | 'none' | 'behind' | 'ahead';

/** Executes one statement and returns its rows. */
type Query = (sql: string, parameters?: unknown[]) => Promise<readonly unknown[]>;

/** At the last comparison; unknown until the first. */
let pending: number | undefined;
gauge('till_migrations_pending', 'Migrations of this build that the database does not have.', [], (set) => {
  if (pending !== undefined) set({}, pending);
});

/** Compares a database that has a table `migrations` with this build. */
export async function schemaFit(query: Query): Promise<SchemaFit> {
  const rows = (await query('SELECT name FROM migrations')) as readonly { name: string }[];
  const applied = new Set(rows.map(({ name }) => name));
  if (applied.size === 0) return 'none';
  const known = new Set((await knownMigrations()).map(({ name }) => name));
  pending = [...known].filter((name) => !applied.has(name)).length;
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length > 0 && !(await fits(unknown, known, query))) return 'ahead';
  if (pending > 0) return 'behind';
  return unknown.length > 0 ? 'newer' : 'current';
}

/** Whether each unknown migration has noted what it requires of a process, and this build has it. */
async function fits(unknown: readonly string[], known: ReadonlySet<string>, query: Query): Promise<boolean> {
  const required = await new MigrationChecksums(query).requirements(unknown);
  return unknown.every((name) => {
    const requires = required.get(name);
    return requires === null || (requires !== undefined && known.has(requires));
  });
}
