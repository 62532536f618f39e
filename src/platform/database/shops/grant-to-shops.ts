import { inSchema } from '../../config/index.js';
import { MigrationRefused } from '../migration-session.js';
import { grantRights } from '../running-role.js';
import { admitToDirectory, type Shop, withDirectory } from './directory.js';

/** A shop whose role has no rights, and why. */
export interface ShopWithoutRights {
  readonly shop: string;
  readonly role: string;
  readonly reason: string;
}

/** Gives the roles of all further shops of the database at `url` their rights, which a dump does not have. Returns those that it could not. Safe to repeat. */
export async function grantToShops(url: string, report?: (message: string) => void): Promise<ShopWithoutRights[]> {
  const without: ShopWithoutRights[] = [];
  for (const { slug, schema, role } of await withDirectory(url, (directory) => directory.list())) {
    if (role === null) continue;
    try {
      await grant(url, { schema, role }, report);
    } catch (error) {
      if (!(error instanceof MigrationRefused)) throw error;
      without.push({ shop: slug, role, reason: error.message });
    }
  }
  return without;
}

async function grant(
  url: string,
  { schema, role }: Pick<Shop, 'schema'> & { readonly role: string },
  report?: (message: string) => void,
): Promise<void> {
  await grantRights(inSchema(url, schema), role, report);
  await admitToDirectory(url, role);
}
