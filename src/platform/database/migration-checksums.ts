import { checksumOf, type MigrationClass } from './migrations.js';

/** Sends one statement; of a data source, a query runner or a transaction alike. */
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

/** What each migration asked of the database when it was applied, beside what it would ask today. */
export class MigrationChecksums {
  constructor(private readonly query: Query) {}

  async createTable(): Promise<void> {
    await this.query(CREATE);
  }

  /** Names of the migrations that say something else than when they were applied to this database. */
  async changed(migrations: readonly MigrationClass[]): Promise<string[]> {
    const noted = await this.noted();
    const today = await Promise.all(migrations.map(async (it) => ({ name: it.name, checksum: await checksumOf(it) })));
    return today.filter(({ name, checksum }) => (noted.get(name) ?? checksum) !== checksum).map(({ name }) => name);
  }

  /** Notes what migrations that are applied say today, in place of what was noted before. */
  async note(applied: readonly MigrationClass[]): Promise<void> {
    const checksums = await Promise.all(applied.map(checksumOf));
    await this.query(NOTE, [applied.map(({ name }) => name), checksums]);
  }

  /** Notes those of which nothing is noted: they were applied before checksums were kept. */
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

/** What to say of migrations that changed after they were applied. */
export function changedMigrations(names: readonly string[]): string {
  return (
    `Migrations say something else than when they were applied to this database: ${names.join(', ')}. ` +
    'The schema may differ from what this release expects. Install the release that the database was made with, or compare ' +
    'the schemas (pg_dump --schema-only); if they agree, run: till migrate --accept-changed'
  );
}
