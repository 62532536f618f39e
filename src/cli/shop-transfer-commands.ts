import type { Command } from 'commander';
import { endAccessOfCopy } from '../auth/index.js';
import { backupSettings, connect, exportShop, importShop, secondsSince } from '../backup/index.js';
import { sandboxInShop } from '../payments/index.js';
import {
  type CommandSettings,
  DEFAULT_SHOP,
  inSchema,
  readCommandSettings,
  schemaOf,
} from '../platform/config/index.js';
import {
  admitToDirectory,
  assertSlug,
  endImport,
  loadMigrations,
  migrateShop,
  type Shop,
  withDirectory,
} from '../platform/database/index.js';
import { version } from '../platform/build/index.js';
import { Encryption, type StoredSecret } from '../platform/encryption/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';
import { proveShop, settingsOfShop } from './prove-shop.js';

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
  const settings = read();
  if (slug === DEFAULT_SHOP) {
    throw new CommandRefused('The default shop is exported by a backup of the whole database: till backup.');
  }
  const { migrationUrl: url, own } = settings;
  const shop = await find(url, slug);
  const course = courseOf(settings, slug);
  const write = (signal: AbortSignal) => exportShop({ url, version }, shop, to, own, { ...course, signal });
  print(await interruptible(write));
}

interface ImportOptions {
  readonly slug?: string;
  readonly role?: string;
}

async function importFrom(file: string, { slug: wanted, role }: ImportOptions): Promise<void> {
  if (wanted !== undefined) assertSlug(wanted);
  const settings = read();
  const began = performance.now();
  const { migrationUrl: url, own } = settings;
  const encryption = new Encryption(settingsOfShop(url, wanted ?? DEFAULT_SHOP));
  const checks = {
    migrations: (await loadMigrations()).map(({ name }) => name),
    decrypt: ({ place, text }: StoredSecret) => encryption.decrypt(text, place),
  };
  const target = { url, slug: wanted, role: role ?? settings.runningRole ?? null };
  const course = courseOf(settings, wanted ?? file);
  const { header, slug, continued } = await interruptible(async (signal) => {
    const imported = await importShop(file, target, own, checks, { ...course, signal });
    signal.throwIfAborted();
    return imported;
  });
  const migrated = await migrateShop(url, await find(url, slug), {
    report: (step) => course.report(step, {}),
    adapt: sandboxInShop,
  });
  const ended = slug === header.slug ? undefined : await endAccess(inSchema(url, schemaOf(slug)));
  const proof = await proveShop(url, slug, ({ name, holds }, { done, of }) =>
    course.report('proving the books', { rule: name, holds, done, of }),
  );
  const result = { id: header.id, slug, continued, migrated, rows: header.rows, ...(ended && { ended }) };
  print({ ...result, ledger: header.ledger, proof, seconds: secondsSince(began) });
  if (!proof.intact) throw new CommandRefused(doesNotHold(slug));
  if (settings.runningRole !== undefined) await admitToDirectory(url, settings.runningRole);
  await endImport(url, slug);
}

/** Ends what would open the original and its copy alike. */
async function endAccess(url: string) {
  const client = await connect(url);
  try {
    return await endAccessOfCopy(async (sql) => (await client.query(sql)).rowCount ?? 0);
  } finally {
    await client.end();
  }
}

function doesNotHold(slug: string): string {
  return `The books of ${slug} do not hold: docs/proof.md explains each rule. The shop stays suspended; till shops delete removes it.`;
}

/** @throws CommandRefused when there is no such shop */
async function find(url: string, slug: string): Promise<Shop> {
  const shop = await withDirectory(url, (directory) => directory.find(slug));
  if (!shop) throw new CommandRefused(`There is no shop ${slug}: till shops list shows them.`);
  return shop;
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

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
