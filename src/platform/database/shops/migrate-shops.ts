import type { MigrateUpOptions } from '../migrate.js';
import { type Shop, withDirectory } from './directory.js';
import { migrateShop } from './migrate-shop.js';

/** The result of one shop. */
export interface MigratedShop {
  readonly shop: string;
  /** The migrations that ran. */
  readonly ran: readonly string[];
  /** Why it is not at the newest schema. */
  readonly failure?: unknown;
}

export interface MigrateShopsOptions extends Omit<MigrateUpOptions, 'report'> {
  /** How many shops to migrate at once; 1 when absent. */
  readonly parallel?: number;
  /** Called with a message for each step, and the slug of its shop. */
  readonly report?: (message: string, shop: string) => void;
  /** Called as soon as a shop is migrated, or has failed. */
  readonly done?: (shop: MigratedShop) => void;
}

/**
 * Migrates the further shops of the database at `url`, the oldest first; a shop that fails holds up no other. When `signal` aborts, each shop under way
 * ends its present migration, no other begins, and the failure of those that remain is the reason of the signal. Safe to interrupt and to repeat.
 */
export async function migrateShops(
  url: string,
  { parallel = 1, report, done, ...options }: MigrateShopsOptions,
): Promise<MigratedShop[]> {
  const shops = await withDirectory(url, (directory) => directory.list());
  const results = new Map<string, MigratedShop>();
  const waiting = [...shops.entries()];
  const migrateNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !options.signal?.aborted; next = waiting.shift()) {
      const [index, shop] = next;
      const { slug } = shop;
      report?.(`migrating the shop ${slug} (${index + 1} of ${shops.length})`, slug);
      const result = await migrated(url, shop, { ...options, ...(report && { report: (said) => report(said, slug) }) });
      results.set(slug, result);
      done?.(result);
    }
  };
  await Promise.all(Array.from({ length: parallel }, migrateNext));
  return shops.map(({ slug }) => results.get(slug) ?? { shop: slug, ran: [], failure: options.signal?.reason });
}

function migrated(url: string, shop: Shop, options: MigrateUpOptions): Promise<MigratedShop> {
  return migrateShop(url, shop, options).then(
    (ran) => ({ shop: shop.slug, ran }),
    (failure: unknown) => ({ shop: shop.slug, ran: [], failure }),
  );
}
