import { sandboxInShop } from '../../src/payments/index.js';
import { createShop } from '../../src/platform/database/index.js';
import { say } from '../terminal/progress.js';
import { scalar, withClient } from '../till/database.js';

/** Shops that are made at once. */
const AT_ONCE = 2;

export const slugOf = (index: number) => `shop-${index}`;

/** The slugs of the shops that are there, of which some may be half made. */
export async function knownShops(databaseUrl: string): Promise<ReadonlySet<string>> {
  const hasAny = await scalar<boolean>(databaseUrl, "SELECT to_regclass('till_shops.shops') IS NOT NULL");
  if (!hasAny) return new Set();
  const shops = await withClient(databaseUrl, (sql) =>
    sql.query<{ slug: string }>('SELECT slug FROM till_shops.shops'),
  );
  return new Set(shops.rows.map(({ slug }) => slug));
}

export async function makeShops(databaseUrl: string, slugs: readonly string[]): Promise<readonly number[]> {
  const seconds: number[] = [];
  const waiting = [...slugs];
  const maker = async () => {
    for (let slug = waiting.shift(); slug !== undefined; slug = waiting.shift()) {
      const shop = { slug, name: slug, role: null };
      seconds.push(await timed(() => createShop(databaseUrl, shop, { adapt: sandboxInShop })));
      if (seconds.length % 100 === 0) say(` ${seconds.length}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, maker));
  return seconds;
}

/** In seconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
