import { applicationNameOf } from '../application-name.js';
import { sqlState } from '../errors.js';
import { MigrationRefused } from '../migration-session.js';
import { SOMETHING_MOVES } from '../shop-lock.js';
import { type Shop, type ShopDirectory, withDirectory } from './directory.js';

/** SQLSTATE of a lock that was not free in time. */
const LOCKED = '55P03';

/**
 * Deletes a suspended shop of the database at `url` for good: first `removeElsewhere` removes what it has outside of the database, then its
 * schema and its row of the directory go in one transaction. Interrupted in between, a repeat goes on. Returns the shop that it was.
 * @throws MigrationRefused if there is no such shop, it is not suspended, or something is connected to it
 */
export async function deleteShop(url: string, slug: string, removeElsewhere: () => Promise<void>): Promise<Shop> {
  return withDirectory(url, async (directory) => {
    await assertDeletable(directory, slug);
    await removeElsewhere();
    try {
      return await directory.change(async () => {
        const shop = await assertDeletable(directory, slug);
        if (!(await directory.remove(shop))) throw notSuspended(slug);
        return shop;
      });
    } catch (error) {
      if (sqlState(error) !== LOCKED) throw error;
      throw new MigrationRefused(
        `Something uses the tables of ${slug}, such as a backup, an export or a migration. Wait for it, then delete the shop again.`,
        { cause: error },
      );
    }
  });
}

async function assertDeletable(directory: ShopDirectory, slug: string): Promise<Shop> {
  const shop = await directory.find(slug);
  if (!shop) throw new MigrationRefused(`There is no shop ${slug}: till shops list shows them.`);
  if (shop.status !== 'suspended') throw notSuspended(slug);
  if (!(await directory.nothingMoves())) throw new MigrationRefused(SOMETHING_MOVES);
  const connected = await directory.connectionsNamed(applicationNameOf(shop.schema));
  if (connected.length > 0) {
    throw new MigrationRefused(
      `Processes of ${slug} are still connected to the database, from ${connected.join(', ')}. They end within some seconds after the shop was suspended; then delete it again.`,
    );
  }
  return shop;
}

function notSuspended(slug: string): MigrationRefused {
  return new MigrationRefused(`The shop ${slug} is not suspended: run till shops suspend ${slug} first.`);
}
