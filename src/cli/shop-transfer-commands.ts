import type { Command } from 'commander';
import { exportShop } from '../backup/index.js';
import { DEFAULT_SHOP } from '../platform/config/index.js';
import { version } from '../platform/build/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';
import { importFrom } from './shop-import.js';
import { courseOf, findShop, print, readTransferSettings } from './shop-transfer.js';

const ABOUT_EXPORT = `
The file has the shop's schema, all of one moment, and its row of the directory; orders can be placed and paid meanwhile. It is encrypted for
BACKUP_RECIPIENTS (till backup key). It has no encryption keys, signing keys, settings, roles, and nothing of Redis or of mail directories.
An interrupted export leaves no file; one that was killed leaves <file>.<id>.partial, which may be removed.
The default shop is what till backup is for. Connects as the user of MIGRATION_DATABASE_URL, or of DATABASE_URL where that is not set.
Needs pg_dump of the server's major version, on PATH or in BACKUP_POSTGRES_BIN, and a direct connection, not one through PgBouncer.`;
const ABOUT_IMPORT = `
The database must be migrated, and have neither the slug nor its schema. The shop is loaded in one transaction: interrupted or failed until then,
it leaves nothing. Afterwards it is migrated, its role gets its rights, and its books are proven; a repeat with the same file goes on there.
It stays suspended until till shops resume, since it still sends what it had to send: suspend the shop that the file is of first, or a
copy sends webhooks and mails a second time. Under another slug, its sessions, API keys and mailed tokens end.
Needs the same variables as the processes, ENCRYPTION_KEYS of the installation that it comes from among them, and BACKUP_IDENTITY; pg_restore
and psql of the server's major version, and a direct connection, not one through PgBouncer. Runs what the file says as the owner of the schemas:
import no file of a stranger.`;

/** `till shops export` and `import`. */
export function addShopTransferCommands(shops: Command): void {
  shops
    .command('export <slug>')
    .description(
      'write one shop into an encrypted file, and print what it has; safe to interrupt and while the shop sells',
    )
    .requiredOption('--to <file>', 'the file, which must not exist')
    .addHelpText('after', ABOUT_EXPORT)
    .action(exportTo);

  shops
    .command('import <file>')
    .description(
      'make a shop of an exported file, suspended, prove its books, and print the result; safe to interrupt and to repeat',
    )
    .option('--slug <slug>', 'another slug than the one it had')
    .option('--role <role>', 'the role of its processes; the user of DATABASE_URL when absent')
    .addHelpText('after', ABOUT_IMPORT)
    .action(importFrom);
}

async function exportTo(slug: string, { to }: { readonly to: string }): Promise<void> {
  const settings = readTransferSettings();
  if (slug === DEFAULT_SHOP) {
    throw new CommandRefused('The default shop is exported by a backup of the whole database: till backup.');
  }
  const { migrationUrl: url, own } = settings;
  const shop = await findShop(url, slug);
  const course = courseOf(settings, slug);
  const write = (signal: AbortSignal) => exportShop({ url, version }, shop, to, own, { ...course, signal });
  print(await interruptible(write));
}
