import { MigrationChecksums } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';

/**
 * How the schema of a database fits a build. `newer`: it has migrations that the build does not know, and the build can run on it
 * nevertheless; `ahead`: it can't.
 */
export type SchemaFit = 'current' | 'newer' | 'none' | 'behind' | 'ahead';

/** Executes one statement and returns its rows. */
type Query = (sql: string, parameters?: unknown[]) => Promise<readonly unknown[]>;

/** A schema compared with this build. */
export interface SchemaComparison {
  readonly fit: SchemaFit;
  /** How many migrations of this build the database does not have. */
  readonly pending: number;
}

/** Compares a database that has a table `migrations` with this build. */
export async function compareSchema(query: Query): Promise<SchemaComparison> {
  const rows = (await query('SELECT name FROM migrations')) as readonly { name: string }[];
  const applied = new Set(rows.map(({ name }) => name));
  const known = new Set((await knownMigrations()).map(({ name }) => name));
  const pending = [...known].filter((name) => !applied.has(name)).length;
  const unknown = [...applied].filter((name) => !known.has(name));
  const fitOf = async (): Promise<SchemaFit> => {
    if (applied.size === 0) return 'none';
    if (unknown.length > 0 && !(await fits(unknown, known, query))) return 'ahead';
    if (pending > 0) return 'behind';
    return unknown.length > 0 ? 'newer' : 'current';
  };
  return { fit: await fitOf(), pending };
}

/** Whether each unknown migration has noted what it requires of a process, and this build has it. */
async function fits(unknown: readonly string[], known: ReadonlySet<string>, query: Query): Promise<boolean> {
  const required = await new MigrationChecksums(query).requirements(unknown);
  return unknown.every((name) => {
    const requires = required.get(name);
    return requires === null || (requires !== undefined && known.has(requires));
  });
}
