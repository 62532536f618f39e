import { DEFAULT_SHOP, inSchema, isSlug, schemaOf } from '../../config/index.js';
import { distributeShop } from '../citus/distributed-schema.js';
import { sqlState } from '../errors.js';
import { type MigrateOptions, MigrationRefused } from '../migration-session.js';
import { grantRights } from '../running-role.js';
import { type Facts, type NewShop, type Shop, type ShopDirectory, withDirectory } from './directory.js';
import { migrateShop } from './migrate-shop.js';

export type WantedShop = Pick<NewShop, 'slug' | 'name' | 'role'>;

export interface CreateOptions extends MigrateOptions {
  /** Whether the database is a Citus cluster: the shop becomes a distributed schema, on a node that Citus chooses. */
  readonly citus?: boolean;
}

/**
 * Makes a shop in the database at `url`, which the owner of its schemas connects to: a row in the directory, a schema, and all tables in
 * it. Safe to interrupt and to repeat: what is there already stays, and what is missing is made.
 * @throws MigrationRefused with what stands in the way
 */
export async function createShop(url: string, wanted: WantedShop, options: CreateOptions = {}): Promise<Shop> {
  const { slug } = wanted;
  const { citus = false, ...others } = options;
  assertSlug(slug);
  const shop = await withDirectory(url, (directory) =>
    entered(directory, { ...wanted, schema: schemaOf(slug) }, citus),
  );
  await migrateShop(url, shop, others);
  if (citus) {
    await distributeShop(url, shop, options.report);
    // Citus makes views anew and keeps no rights to them.
    if (shop.role !== null) await grantRights(inSchema(url, shop.schema), shop.role, options.report);
  }
  return shop;
}

async function entered(directory: ShopDirectory, wanted: NewShop, citus: boolean): Promise<Shop> {
  try {
    return await directory.change(async () => {
      const known = await directory.find(wanted.slug);
      if (known) return known;
      assertPossible(wanted, await directory.factsFor(wanted.schema));
      await directory.add(wanted);
      if (citus) await directory.copyToNodes();
      return (await directory.find(wanted.slug))!;
    });
  } catch (error) {
    if (sqlState(error) !== '42501') throw error;
    throw new MigrationRefused(
      'This user may not make schemas in the database: GRANT CREATE ON DATABASE ... TO the user of MIGRATION_DATABASE_URL, or of DATABASE_URL where that is not set.',
      { cause: error },
    );
  }
}

/** @throws MigrationRefused */
export function assertSlug(slug: string): void {
  if (isSlug(slug) && slug !== DEFAULT_SHOP) return;
  throw new MigrationRefused(
    `${slug} can't be the slug of a shop: it has at most 40 small letters, digits and single hyphens, begins with a letter, and is not ${DEFAULT_SHOP}.`,
  );
}

/** @throws MigrationRefused with what stands in the way of a new shop */
export function assertPossible({ schema, role }: NewShop, { migrated, taken, user }: Facts): void {
  if (!migrated) throw new MigrationRefused('The database is not migrated: run till migrate first.');
  if (taken) throw new MigrationRefused(`There is a schema ${schema} already, which belongs to no shop.`);
  // "$user" stands first in the search_path of a database that nobody configured.
  if (schema === user || schema === role) {
    throw new MigrationRefused(
      `A role is called ${schema} as well: without a search_path of its own, it would find this shop's tables for those of the default one. Choose another slug.`,
    );
  }
}
