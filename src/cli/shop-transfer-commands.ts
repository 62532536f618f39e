import { type Command } from 'commander';
import { backupSettings, exportShop } from '../backup/index.js';
import { type CommandSettings, DEFAULT_SHOP, readCommandSettings } from '../platform/config/index.js';
import { withDirectory } from '../platform/database/index.js';
import { version } from '../platform/build/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';

const ABOUT_EXPORT = `
The file has the shop's schema, all of one moment, and its row of the directory; orders can be placed and paid meanwhile. It is encrypted for
BACKUP_RECIPIENTS (till backup key). It has no encryption keys, signing keys, settings, roles, and nothing of Redis or of mail directories.
An interrupted export leaves no file; one that was killed leaves <file>.<id>.partial, which may be removed.
The default shop is what till backup is for. Connects as the user of MIGRATION_DATABASE_URL, or of DATABASE_URL where that is not set.
Needs pg_dump of the server's major version, on PATH or in BACKUP_POSTGRES_BIN, and a direct connection, not one through PgBouncer.`;

type Settings = CommandSettings<ReturnType<typeof backupSettings.settings>>;

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
}

async function exportTo(slug: string, { to }: { readonly to: string }): Promise<void> {
  const settings = read();
  if (slug === DEFAULT_SHOP) {
    throw new CommandRefused('The default shop is exported by a backup of the whole database: till backup.');
  }
  const { migrationUrl: url, own } = settings;
  const shop = await withDirectory(url, (directory) => directory.find(slug));
  if (!shop) throw new CommandRefused(`There is no shop ${slug}: till shops list shows them.`);
  const course = courseOf(settings, slug);
  const write = (signal: AbortSignal) => exportShop({ url, version }, shop, to, own, { ...course, signal });
  process.stdout.write(`${JSON.stringify(await interruptible(write))}\n`);
}

/** @throws CommandRefused where the command line names one shop */
function read(): Settings {
  const settings = readCommandSettings(process.env, backupSettings);
  if (settings.shop === undefined) return settings;
  throw new CommandRefused(
    `Name the shop as an argument: run this without SHOP and --shop, which say ${settings.shop}.`,
  );
}

function courseOf({ logLevel }: Settings, shop: string) {
  const logger = createLogger(logLevel, stderr());
  return { report: (step: string, progress: object) => logger.info({ shop, ...progress }, step) };
}
