import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Logger, reasonOf } from '../logging/index.js';
import { changedMigrations, MigrationChecksums } from './migration-checksums.js';
import { loadMigrations } from './migrations.js';

/** Logs an error when migrations were changed after they were applied to the database that the process serves. */
export async function reportChangedMigrations(app: INestApplicationContext): Promise<void> {
  const logger = app.get(Logger);
  const dataSource = app.get(DataSource);
  try {
    const checksums = new MigrationChecksums((sql, parameters) => dataSource.query(sql, parameters));
    const changed = await checksums.changed(await loadMigrations());
    if (changed.length > 0) logger.error(changedMigrations(changed), { changed });
  } catch (error) {
    // Readiness says what is wrong with the database; a process does not end for want of this check.
    logger.warn('the checksums of the migrations could not be compared', { reason: reasonOf(error) });
  }
}
