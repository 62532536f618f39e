import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Logger, reasonOf } from '../logging/index.js';
import { changedMigrations, MigrationChecksums } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';

/** Logs an error if migrations were changed after they ran on this database. */
export async function reportChangedMigrations(app: INestApplicationContext): Promise<void> {
  const logger = app.get(Logger);
  const dataSource = app.get(DataSource);
  try {
    const checksums = new MigrationChecksums((sql, parameters) => dataSource.query(sql, parameters));
    const changed = await checksums.changed(await knownMigrations());
    if (changed.length > 0) logger.error(changedMigrations(changed), { changed });
  } catch (error) {
    // Readiness reports problems of the database; a failed check does not end the process.
    logger.warn('the checksums of the migrations could not be compared', { reason: reasonOf(error) });
  }
}
