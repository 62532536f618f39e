import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { dataSourceOptions } from './data-source.js';

const migrationsFolder = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** Migration files, in order; `.ts` where the sources run directly, `.js` in the build. */
const migrationFiles = () =>
  readdirSync(migrationsFolder)
    .filter((name) => /^\d+-[\w-]+\.(js|ts)$/.test(name))
    .toSorted()
    .map((name) => migrationsFolder + name);

/** One number for every Till, so that two migrations started at once run one after the other. */
const MIGRATION_LOCK = 748_455;

/**
 * Brings the database at `url` to the newest schema and answers the names of the migrations it ran.
 * Safe to repeat and to run from several processes at once.
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await new DataSource(options(url)).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await dataSource.runMigrations();
    return ran.map(({ name }) => name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
    await dataSource.destroy();
  }
}

/** A migration may take as long as it needs. */
function options(url: string): DataSourceOptions {
  const patient = { migrations: migrationFiles(), migrationsTransactionMode: 'each', extra: { max: 2 } };
  return { ...dataSourceOptions(url, 2), ...patient } as DataSourceOptions;
}
