import type { MigrateUpOptions } from '../migrate.js';
import { withDirectory } from './directory.js';
import { migrateShop } from './migrate-shop.js';

/** What became of one shop. */
export interface MigratedShop {
  readonly shop: string;
  /** The migrations that ran. */
  readonly ran: readonly string[];
  /** Why it is not at the newest schema. */
  readonly failure?: unknown;
}

/**
 * Migrates the further shops of the database at `url`, one after the other; those after one that fails are migrated too. Safe to interrupt
 * and to repeat.
 */
export async function migrateShops(url: string, options: MigrateUpOptions): Promise<MigratedShop[]> {
  const shops = await withDirectory(url, (directory) => directory.list());
  const results: MigratedShop[] = [];
  for (const shop of shops) {
    const { slug } = shop;
    options.report?.(`migrating the shop ${slug} (${results.length + 1} of ${shops.length})`);
    const done = migrateShop(url, shop, options);
    results.push(
      await done.then(
        (ran) => ({ shop: slug, ran }),
        (failure: unknown) => ({ shop: slug, ran: [], failure }),
      ),
    );
  }
  return results;
}
