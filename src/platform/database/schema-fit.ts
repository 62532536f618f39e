import { MigrationChecksums, type NotedMigration } from './migration-checksums.js';
import { type KnownMigration, knownMigrations } from './known-migrations.js';

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
  const applied = rows.map(({ name }) => name);
  const known = await knownMigrations();
  const own = new Set(known.map(({ name }) => name));
  const noted = applied.every((name) => own.has(name)) ? new Map() : await new MigrationChecksums(query).noted();
  return compareMigrations(applied, known, noted);
}

/** Compares the names of the migrations that ran, and what is stored of them, with those of a build. */
export function compareMigrations(
  names: readonly string[],
  migrations: readonly KnownMigration[],
  noted: ReadonlyMap<string, NotedMigration>,
): SchemaComparison {
  const applied = new Set(names);
  const known = new Set(migrations.map(({ name }) => name));
  const pending = [...known].filter((name) => !applied.has(name)).length;
  const unknown = [...applied].filter((name) => !known.has(name));
  const fitOf = (): SchemaFit => {
    if (applied.size === 0) return 'none';
    if (!unknown.every((name) => fits(noted.get(name)?.requires, known))) return 'ahead';
    if (pending > 0) return 'behind';
    return unknown.length > 0 ? 'newer' : 'current';
  };
  return { fit: fitOf(), pending };
}

/** Whether an unknown migration has noted what it requires of a process, and this build has it. */
function fits(requires: string | null | undefined, known: ReadonlySet<string>): boolean {
  return requires === null || (requires !== undefined && known.has(requires));
}
