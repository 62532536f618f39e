import { Client } from 'pg';
import type { Command } from 'commander';
import { sandboxInShop } from '../payments/index.js';
import { type CommandSettings, DEFAULT_SHOP, loadDatabaseUrls } from '../platform/config/index.js';
import {
  admitToDirectory,
  createShop,
  migrationState,
  type Shop,
  type ShopDirectory,
  stateOf,
  withDirectory,
} from '../platform/database/index.js';
import { createLogger, stderr } from '../platform/logging/index.js';
import { CommandRefused } from '../platform/process/index.js';
import { inColumns } from './columns.js';
import { addShopDeleteCommand } from './shop-delete-command.js';
import { addShopMoveCommand } from './shop-move-command.js';
import { addShopTransferCommands } from './shop-transfer-commands.js';

const ABOUT_SHOPS = `
A shop is a schema of the database with tables of its own. Processes with SHOPS=all or SHOP=<slug> serve it: docs/shops.md.`;
const ABOUT_ROLES = `
Makes the schema with the user of MIGRATION_DATABASE_URL, or of DATABASE_URL where that is not set, which needs CREATE on the database.
The role of the shop's processes gets the rights to read and write its rows, and no others.`;

interface CreateOptions {
  readonly name?: string;
  readonly role?: string;
}

/** `till shops ...`. */
export function addShopsCommands(program: Command): void {
  const shops = program
    .command('shops')
    .description('further shops in the same database')
    .addHelpText('after', ABOUT_SHOPS);

  shops
    .command('create <slug>')
    .description(
      'make a shop with all its tables, and print it; safe to interrupt, to repeat and to run several times at once',
    )
    .option('--name <name>', 'what people call it; the slug when absent')
    .option('--role <role>', 'the role of its processes; the user of DATABASE_URL when absent')
    .addHelpText('after', ABOUT_ROLES)
    .action(create);

  shops
    .command('list')
    .description('print the shops: slug, name, status, schema and the state of its migrations')
    .option('--json', 'one JSON object a line')
    .action(list);

  shops
    .command('suspend <slug>')
    .description(
      'stop a shop: its processes end and, when they are started again, wait; its requests get 503 meanwhile',
    )
    .action((slug: string) => setStatus(slug, 'suspended'));

  shops
    .command('resume <slug>')
    .description('let the processes of a suspended shop serve again')
    .action((slug: string) => setStatus(slug, 'active'));

  addShopTransferCommands(shops);
  addShopMoveCommand(shops);
  addShopDeleteCommand(shops);
}

async function setStatus(slug: string, status: Shop['status']): Promise<void> {
  const { migrationUrl } = wholeDatabase();
  if (slug === DEFAULT_SHOP) throw new CommandRefused("The default shop can't be suspended: stop its processes.");
  const shop = await withDirectory(migrationUrl, async (directory) => {
    if (status === 'active') await assertWhole(directory, slug);
    return directory.setStatus(slug, status);
  });
  if (!shop) throw new CommandRefused(`There is no shop ${slug}: till shops list shows them.`);
  process.stdout.write(`${JSON.stringify(shop)}\n`);
}

/** @throws CommandRefused for a shop whose import has not come to its end: it may lack migrations, and open with what opens the original */
async function assertWhole(directory: ShopDirectory, slug: string): Promise<void> {
  const shop = await directory.find(slug);
  if (!shop || (await directory.markOf(shop.schema)) === null) return;
  throw new CommandRefused(
    `The import of ${slug} has not come to its end: repeat till shops import with the same file, or delete the shop.`,
  );
}

async function create(slug: string, { name = slug, role }: CreateOptions): Promise<void> {
  const urls = wholeDatabase();
  const logger = createLogger('info', stderr());
  const began = performance.now();
  const report = (message: string) => logger.info({ shop: slug }, message);
  const wanted = { slug, name, role: role ?? urls.runningRole ?? null };
  const shop = await createShop(urls.migrationUrl, wanted, { report, adapt: sandboxInShop, citus: urls.citus });
  if (urls.runningRole !== undefined) await admitToDirectory(urls.migrationUrl, urls.runningRole);
  const seconds = Math.round(performance.now() - began) / 1000;
  process.stdout.write(`${JSON.stringify({ ...shop, seconds })}\n`);
}

interface Line {
  readonly slug: string;
  readonly name: string;
  readonly status: string;
  readonly schema: string;
  readonly migrations: string;
}

async function list({ json }: { readonly json?: true }): Promise<void> {
  const { databaseUrl, migrationUrl } = wholeDatabase();
  const own = { slug: DEFAULT_SHOP, name: '', status: 'active', ...(await stateAt(databaseUrl)) };
  const lines: Line[] = [own];
  const further = await withDirectory(migrationUrl, (directory) => directory.listMigrations());
  for (const { slug, name, status, schema, migrations } of further) {
    lines.push({ slug, name, status, schema, migrations: await stateOf(migrations) });
  }
  const columns = ['slug', 'name', 'status', 'schema', 'migrations'] as const;
  const rows = lines.map((line) => columns.map((column) => line[column]));
  const texts = json ? lines.map((line) => JSON.stringify(line)) : inColumns(columns, rows);
  process.stdout.write(`${texts.join('\n')}\n`);
}

async function stateAt(url: string): Promise<Pick<Line, 'schema' | 'migrations'>> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  try {
    const query = async (sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as unknown[];
    const [{ schema }] = (await query('SELECT current_schema() AS schema')) as [{ schema: string | null }];
    return { schema: schema ?? '', migrations: await migrationState(query) };
  } finally {
    await client.end();
  }
}

/** @throws CommandRefused where the command line names one shop */
function wholeDatabase(): Omit<CommandSettings<never>, 'own'> {
  const urls = loadDatabaseUrls(process.env);
  if (urls.shop === undefined) return urls;
  throw new CommandRefused(
    `These commands are about all shops: run them without SHOP and --shop, which say ${urls.shop}.`,
  );
}
