import type { KnownMigration } from './known-migrations.js';
import { checksumOf, type MigrationClass } from './migrations.js';

/** Executes one statement, with a data source, a query runner or a transaction. */
type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;
/** What is stored of a migration that ran. */
export interface NotedMigration {
  readonly name: string;
  readonly checksum: string;
  /**
   * The migration that a process must know to run on the schema; `null` for any process. Absent where the release that applied it did not say, and in a table
   * that an earlier release made.
   */
  readonly requires?: string | null;
}

const CREATE = `
  CREATE TABLE IF NOT EXISTS migration_checksums (
    name     text PRIMARY KEY,
    checksum text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    requires text
  )`;
/** Tables of earlier releases lack the column. */
const LACKS_REQUIRES = `
  SELECT NOT EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = 'migration_checksums'::regclass AND attname = 'requires') AS lacks`;
const ADD_REQUIRES = 'ALTER TABLE migration_checksums ADD COLUMN IF NOT EXISTS requires text';
const EXISTS = `SELECT to_regclass('migration_checksums') IS NOT NULL AS exists`;
const NOTED = 'SELECT * FROM migration_checksums';
const NOTE = `
  INSERT INTO migration_checksums (name, checksum, requires, noted_at)
  SELECT name, checksum, requires, now() FROM unnest($1::text[], $2::text[], $3::text[]) AS noted (name, checksum, requires)
  ON CONFLICT (name) DO UPDATE SET checksum = EXCLUDED.checksum, requires = EXCLUDED.requires, noted_at = EXCLUDED.noted_at
  WHERE (migration_checksums.checksum, migration_checksums.requires)
    IS DISTINCT FROM (EXCLUDED.checksum, EXCLUDED.requires)`;

const REMOVE = 'DELETE FROM migration_checksums WHERE name = $1';

/**
 * The statements of each migration when it ran, compared with those of this build; and what each requires of the processes that run on
 * its schema.
 */
export class MigrationChecksums {
  constructor(private readonly query: Query) {}

  async createTable(): Promise<void> {
    await this.query(CREATE);
  }

  /** Whether `addRequires` is needed, which takes a lock on the table. */
  async lacksRequires(): Promise<boolean> {
    const [found] = (await this.query(LACKS_REQUIRES)) as { lacks: boolean }[];
    return found?.lacks ?? false;
  }

  async addRequires(): Promise<void> {
    await this.query(ADD_REQUIRES);
  }

  /** Returns the names of the migrations that were changed after they ran on this database. */
  async changed(migrations: readonly KnownMigration[]): Promise<string[]> {
    return changedOf(migrations, await this.noted());
  }

  /** Replaces the stored checksums of applied migrations with the present ones. */
  async note(applied: readonly MigrationClass[]): Promise<void> {
    const checksums = await Promise.all(applied.map(checksumOf));
    await this.query(NOTE, [
      applied.map(({ name }) => name),
      checksums,
      applied.map(({ requires }) => requires ?? null),
    ]);
  }

  async remove(name: string): Promise<void> {
    await this.query(REMOVE, [name]);
  }

  /** Stores missing checksums of migrations that ran before checksums existed. */
  async noteMissing(applied: readonly MigrationClass[]): Promise<void> {
    const noted = await this.noted();
    const missing = applied.filter(({ name }) => !noted.has(name));
    if (missing.length > 0) await this.note(missing);
  }

  /** Returns what is stored, by the name of the migration. */
  async noted(): Promise<ReadonlyMap<string, NotedMigration>> {
    const [found] = (await this.query(EXISTS)) as { exists: boolean }[];
    if (!found?.exists) return new Map();
    const rows = (await this.query(NOTED)) as NotedMigration[];
    return new Map(rows.map((row) => [row.name, row]));
  }
}

/** Returns the names of the migrations whose stored checksum is another one. */
export function changedOf(migrations: readonly KnownMigration[], noted: ReadonlyMap<string, NotedMigration>): string[] {
  return migrations
    .filter(({ name, checksum }) => (noted.get(name)?.checksum ?? checksum) !== checksum)
    .map(({ name }) => name);
}

/** Returns the message about migrations that were changed after they ran. */
export function changedMigrations(names: readonly string[]): string {
  return (
    `Migrations say something else than when they were applied to this database: ${names.join(', ')}. ` +
    'The schema may differ from what this release expects. Install the release that the database was made with, or compare ' +
    'the schemas (pg_dump --schema-only); if they agree, run: till migrate --accept-changed'
  );
}
