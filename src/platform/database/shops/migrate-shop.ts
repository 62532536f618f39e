import { inSchema } from '../../config/index.js';
import { carryNewSequences } from '../citus/distributed-schema.js';
import { migrate, type MigrateUpOptions } from '../migrate.js';
import { admitToDirectory, type Shop } from './directory.js';

/** Migrates one shop, gives its role and its node what that needs, and returns the names of the migrations that it ran. @throws as `migrate` does */
export async function migrateShop(url: string, { schema, role }: Shop, options: MigrateUpOptions): Promise<string[]> {
  const ran = await migrate(inSchema(url, schema), { ...options, runningRole: role ?? undefined });
  if (ran.length > 0) await carryNewSequences(url, { schema, role });
  if (role !== null) await admitToDirectory(url, role);
  return ran;
}
