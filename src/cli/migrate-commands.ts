import { type Command, InvalidArgumentError } from 'commander';
import { loadDatabaseUrls } from '../platform/config/index.js';
import { sandboxInShop } from '../payments/index.js';
import {
  admitToDirectory,
  migrate,
  type MigrateOptions,
  migrateShop,
  revert,
  type Shop,
  withDirectory,
} from '../platform/database/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';
import { migrateAllShops } from './migrate-all-shops.js';
import { printStatus } from './migrate-status.js';

interface Waits {
  readonly lockTimeout: number;
  readonly wait: number;
}
type UpOptions = Waits & { readonly parallel: number; readonly acceptChanged?: boolean };
type DownOptions = Waits & { readonly steps: number; readonly acceptDataLoss?: boolean };

const ABOUT_ROLES = `
With MIGRATION_DATABASE_URL, the schema belongs to the user of that URL, and the user of DATABASE_URL gets the rights to
read and write rows, and no others: docs/production.md.`;

/** `till migrate`, which is `till migrate up`, with `status` and `down`. */
export function addMigrateCommands(program: Command): void {
  const description =
    'migrate the database to the schema of this version; safe to repeat, to interrupt and to run several times at once';
  const group = program
    .command('migrate')
    .description(description)
    .option('--lock-timeout <seconds>', 'how long a statement waits for a lock; requests queue behind it', seconds, 2)
    .option(
      '--wait <seconds>',
      'how long to keep trying while locks are taken or another process migrates',
      seconds,
      300,
    )
    .option('--parallel <number>', 'how many shops to migrate at once, after the default one', shops, 2)
    .option('--accept-changed', 'accept the present text of migrations that were changed after they ran')
    .addHelpText('after', ABOUT_ROLES)
    .action((options: UpOptions) => up(options));

  subcommand(group, 'up')
    .description('the same as migrate alone')
    .action((_: unknown, self: Command) => up(self.optsWithGlobals<UpOptions>()));

  subcommand(group, 'status')
    .description(
      'print the state of the schema and the migrations as JSON, with further shops a line for each; exits with 1 if this version does not run on one',
    )
    .action(printStatus);

  subcommand(group, 'down')
    .description('revert the newest migrations; what only they stored is lost')
    .option('--steps <number>', 'how many', count, 1)
    .option('--accept-data-loss', 'revert them although columns and tables go with what is in them')
    .action((_: unknown, self: Command) => down(self.optsWithGlobals<DownOptions>()));
}

function subcommand(group: Command, name: string): Command {
  return group.command(name).configureHelp({ showGlobalOptions: true });
}

/** The default shop comes first and alone: a migration that fails there has changed no other. */
async function up({ parallel, ...options }: UpOptions): Promise<void> {
  const { logger, urls, waits } = prepare(options);
  const { shop, migrationUrl, runningRole } = urls;
  await interruptible(async (signal) => {
    signal.addEventListener('abort', () => logger.warn('ending after the present migration; once more ends at once'));
    const how = { ...waits, signal, acceptChanged: options.acceptChanged ?? false };
    const ran =
      shop === undefined
        ? await migrate(migrationUrl, { ...how, runningRole })
        : await migrateShop(migrationUrl, await find(migrationUrl, shop), how);
    logger.info({ ran }, ran.length > 0 ? 'migrated' : 'nothing to migrate');
    if (shop !== undefined) return;
    if (runningRole !== undefined) await admitToDirectory(migrationUrl, runningRole);
    await migrateAllShops(migrationUrl, { ...how, parallel }, logger);
  });
}

/** @throws CommandRefused when there is no such shop */
async function find(url: string, slug: string): Promise<Shop> {
  const shop = await withDirectory(url, (directory) => directory.find(slug));
  if (!shop) throw new CommandRefused(`There is no shop ${slug}: till shops create ${slug} makes it.`);
  return shop;
}

async function down(options: DownOptions): Promise<void> {
  if (!options.acceptDataLoss) {
    throw new CommandRefused(
      'Reverting a migration drops its columns and tables with what is in them. Take a backup, then run this with --accept-data-loss.',
    );
  }
  const { logger, urls, waits } = prepare(options);
  const ran = await revert(urls.migrationUrl, { ...waits, steps: options.steps });
  logger.info({ ran }, ran.length > 0 ? 'reverted' : 'nothing to revert');
}

function prepare({ lockTimeout, wait }: Waits) {
  const urls = loadDatabaseUrls(process.env);
  const logger = createLogger('info', stderr());
  const report = (message: string) => logger.info(message);
  const adapt = urls.shop === undefined ? {} : { adapt: sandboxInShop };
  const waits: MigrateOptions = { lockTimeoutMs: lockTimeout * 1000, waitMs: wait * 1000, report, ...adapt };
  return { logger, urls, waits };
}

function seconds(text: string): number {
  if (!/^\d{1,5}(\.\d)?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('The value is a number of seconds, such as 2.');
  return Number(text);
}

function count(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('The value is a number of migrations, such as 1.');
  return Number(text);
}

function shops(text: string): number {
  if (!/^[1-9]\d?$/.test(text))
    throw new InvalidArgumentError('The value is a number of shops from 1 to 99, such as 2.');
  return Number(text);
}
