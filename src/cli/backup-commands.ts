import { type Command, InvalidArgumentError } from 'commander';
import {
  BackupFolder,
  backupSettings,
  connect,
  drill,
  makeKeys,
  recordRun,
  restore,
  takeBackup,
} from '../backup/index.js';
import { type CommandSettings, DEFAULT_SHOP, readCommandSettings } from '../platform/config/index.js';
import {
  admitToDirectory,
  grantRights,
  grantToShops,
  type ShopWithoutRights,
  withDirectory,
} from '../platform/database/index.js';
import { version } from '../platform/build/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused, interruptible } from '../platform/process/index.js';
import { proveShop } from './prove-shop.js';

const ABOUT_TOOLS = `
Needs pg_dump and pg_restore of the server's major version: the package postgresql-client of your system, or the folder
that BACKUP_POSTGRES_BIN names. Connects directly to PostgreSQL, not through PgBouncer.`;
const ABOUT_FOLDER = `
BACKUP_DIRECTORY is the folder of the backups of one database. docs/backups.md has the procedures.`;

type Settings = CommandSettings<ReturnType<typeof backupSettings.settings>>;

/** `till backup ...` and `till restore`. */
export function addBackupCommands(program: Command): void {
  const backup = program
    .command('backup')
    .description('take an encrypted backup, remove expired ones, and print the manifest; safe to interrupt')
    .addHelpText('after', ABOUT_TOOLS + ABOUT_FOLDER)
    .action(async () => {
      const settings = read();
      const course = courseOf(settings);
      const take = (signal: AbortSignal) =>
        takeBackup({ url: settings.databaseUrl, version }, folderOf(settings), settings.own, {
          ...course,
          signal,
        });
      print(await interruptible(take));
    });

  backup
    .command('list')
    .description('print the manifests of the backups, newest first, one JSON object per line')
    .action(async () => {
      for (const manifest of await folderOf(read()).list()) print(manifest);
    });

  backup
    .command('key')
    .description('make a pair of keys of age and print it: {"recipient":"age1...","identity":"AGE-SECRET-KEY-1..."}')
    .addHelpText(
      'after',
      '\nThe recipient goes into BACKUP_RECIPIENTS. Keep the identity elsewhere: without it no backup can be restored,\nand with it everybody can read all of them. Only restores and drills need it, as BACKUP_IDENTITY.',
    )
    .action(async () => print(await makeKeys()));

  addVerify(backup);
  addRestore(program);
}

function addVerify(backup: Command): void {
  backup
    .command('verify')
    .description(
      'the restore drill: restore a backup into a new database, count its rows, prove its books, and drop it',
    )
    .argument('[backup]', 'the name of a backup, or latest', 'latest')
    .option('--head <hash>', "a head of the ledger's chain that you noted outside; the backup must have it", hash)
    .addHelpText(
      'after',
      `\nMakes the database on the server of BACKUP_DRILL_DATABASE_URL. Prints the result with its times; exits with 1 if anything
is wrong. Needs the same variables as the processes, and BACKUP_IDENTITY.${ABOUT_TOOLS}`,
    )
    .action(async (name: string, { head }: { readonly head?: string }) => {
      const settings = read();
      const folder = folderOf(settings);
      const kept = { folder, manifest: await folder.find(name) };
      const course = courseOf(settings);
      const result = await interruptible((signal) => drill(kept, settings.own, { prove, head }, { ...course, signal }));
      print(result);
      if (!result.intact) throw new CommandRefused('The books of the backup do not hold.');
      const { bytes } = kept.manifest;
      await recordDrill(settings.databaseUrl, { ...result, bytes });
    });
}

function addRestore(program: Command): void {
  program
    .command('restore')
    .description(
      'restore a backup into the empty database of MIGRATION_DATABASE_URL, or else of DATABASE_URL; safe to interrupt',
    )
    .argument('<backup>', 'the name of a backup, or latest')
    .addHelpText(
      'after',
      `\nRefuses a database that has tables. Refuses a file of which a byte changed, and a wrong BACKUP_IDENTITY, before it
changes anything. Checks the number of rows of every table afterwards, and gives the roles of the processes and of further
shops their rights, which a backup does not have; the roles must be there.${ABOUT_TOOLS}`,
    )
    .action(async (name: string) => {
      const settings = read();
      const folder = folderOf(settings);
      const manifest = await folder.find(name);
      const course = courseOf(settings);
      await interruptible((signal) =>
        restore(settings.migrationUrl, { manifest, folder }, settings.own, { ...course, signal }),
      );
      if (settings.runningRole !== undefined) {
        await grantRights(settings.migrationUrl, settings.runningRole);
        await admitToDirectory(settings.migrationUrl, settings.runningRole);
      }
      const without = await grantToShops(settings.migrationUrl, (step) => course.report(step, {}));
      print({ restored: manifest.name, rows: manifest.rows, ledger: manifest.ledger });
      if (without.length > 0) throw new CommandRefused(lackRights(without));
    });
}

function lackRights(without: readonly ShopWithoutRights[]): string {
  const reasons = without.map(({ shop, role, reason }) => `${shop} (${role}): ${reason}`);
  return `Everything is restored, but the roles of these shops lack their rights; till migrate grants them too.\n${reasons.join('\n')}`;
}

/** @throws CommandRefused where the command line names one shop: a backup has all of them */
function read(): Settings {
  const settings = readCommandSettings(process.env, backupSettings);
  if (settings.shop === undefined) return settings;
  throw new CommandRefused(
    'A backup is one of the whole database, with all of its shops: run this without SHOP and --shop. till shops export and till shops import are for one shop.',
  );
}

function folderOf({ own }: Settings): BackupFolder {
  if (own.directory !== undefined) return new BackupFolder(own.directory);
  throw new CommandRefused('BACKUP_DIRECTORY must be set: the folder of the backups of this database.');
}

function courseOf({ logLevel }: Settings) {
  const logger = createLogger(logLevel, stderr());
  return { report: (step: string, progress: object) => logger.info(progress, step) };
}

/** The books of all shops. */
async function prove(url: string) {
  const further = await withDirectory(url, (directory) => directory.list());
  const proofs = [];
  for (const slug of [DEFAULT_SHOP, ...further.map((shop) => shop.slug)]) {
    const { intact, failed } = await proveShop(url, slug);
    proofs.push({ intact, failed: slug === DEFAULT_SHOP ? failed : failed.map((rule) => ({ shop: slug, rule })) });
  }
  return { intact: proofs.every(({ intact }) => intact), failed: proofs.flatMap(({ failed }) => failed) };
}

interface Drilled {
  readonly backup: string;
  readonly bytes: number;
  readonly restoreSeconds: number;
  readonly proofSeconds: number;
}

/** Notes the drill in the database that the backup was made of. */
async function recordDrill(url: string, { backup, bytes, restoreSeconds, proofSeconds }: Drilled): Promise<void> {
  const client = await connect(url);
  try {
    await recordRun(client, { kind: 'drill', backup, bytes, seconds: restoreSeconds + proofSeconds });
  } finally {
    await client.end();
  }
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function hash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('A head is 64 hexadecimal digits.');
  return text;
}
