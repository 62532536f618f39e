import { checksumOf, type MigrationClass } from './migrations.js';

/** Executes one statement, with a data source, a query runner or a transaction. */
type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;

const CREATE = `
  CREATE TABLE IF NOT EXISTS migration_checksums (
    name     text PRIMARY KEY,
    checksum text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
  )`;
const EXISTS = `SELECT to_regclass('migration_checksums') IS NOT NULL AS exists`;
const NOTED = 'SELECT name, checksum FROM migration_checksums';
const NOTE = `
  INSERT INTO migration_checksums (name, checksum) SELECT * FROM unnest($1::text[], $2::text[])
  ON CONFLICT (name) DO UPDATE SET checksum = EXCLUDED.checksum, noted_at = now()
  WHERE migration_checksums.checksum <> EXCLUDED.checksum`;

/** The statements of each migration when it ran, compared with those of this build. */
export class MigrationChecksums {
  constructor(private readonly query: Query) {}

  async createTable(): Promise<void> {
    await this.query(CREATE);
  }

  /** Returns the names of the migrations that were changed after they ran on this database. */
  async changed(migrations: readonly MigrationClass[]): Promise<string[]> {
    const noted = await this.noted();
    const today = await Promise.all(migrations.map(async (it) => ({ name: it.name, checksum: await checksumOf(it) })));
    return today.filter(({ name, checksum }) => (noted.get(name) ?? checksum) !== checksum).map(({ name }) => name);
  }

  /** Replaces the stored checksums of applied migrations with the present ones. */
  async note(applied: readonly MigrationClass[]): Promise<void> {
    const checksums = await Promise.all(applied.map(checksumOf));
    await this.query(NOTE, [applied.map(({ name }) => name), checksums]);
  }

  /** Stores missing checksums of migrations that ran before checksums existed. */
  async noteMissing(applied: readonly MigrationClass[]): Promise<void> {
    const noted = await this.noted();
    const missing = applied.filter(({ name }) => !noted.has(name));
    if (missing.length > 0) await this.note(missing);
  }

  private async noted(): Promise<ReadonlyMap<string, string>> {
    const [found] = (await this.query(EXISTS)) as { exists: boolean }[];
    if (!found?.exists) return new Map();
    const rows = (await this.query(NOTED)) as { name: string; checksum: string }[];
    return new Map(rows.map(({ name, checksum }) => [name, checksum]));
  }
}

/** Returns the message about migrations that were changed after they ran. */
export function changedMigrations(names: readonly string[]): string {
  return (
    `Migrations say something else than when they were applied to this database: ${names.join(', ')}. ` +
    'The schema may differ from what this release expects. Install the release that the database was made with, or compare ' +
    'the schemas (pg_dump --schema-only); if they agree, run: till migrate --accept-changed'
  );
}
