import { Client } from 'pg';
import { DEFAULT_SHOP, loadDatabaseUrls } from '../platform/config/index.js';
import {
  type AppliedMigrations,
  appliedMigrations,
  type MigrationReport,
  reportOf,
  sqlState,
  stateOf,
  withDirectory,
} from '../platform/database/index.js';
import { CommandRefused } from '../platform/process/index.js';

interface Status extends Omit<MigrationReport, 'applied'> {
  readonly state: string;
  /** How many. */
  readonly applied: number;
  readonly newest: string | null;
}

/**
 * Prints the state of the schema and the migrations as JSON; where there are further shops and the command is not about one, a line for each shop.
 * @throws CommandRefused with the shops on whose schema this version does not run
 */
export async function printStatus(): Promise<void> {
  const { databaseUrl, migrationUrl, shop } = loadDatabaseUrls(process.env);
  const further = shop === undefined ? await furtherShops(migrationUrl) : [];
  const own = await statusOf(await appliedAt(databaseUrl));
  if (further.length === 0) print(own);
  else print({ shop: DEFAULT_SHOP, ...own });
  const misfits = runsOn(own) ? [] : [{ shop: DEFAULT_SHOP, state: own.state }];
  for (const { slug, migrations } of further) {
    const status = await statusOf(migrations);
    print({ shop: slug, ...status });
    if (!runsOn(status)) misfits.push({ shop: slug, state: status.state });
  }
  if (misfits.length === 0) return;
  const named =
    further.length === 0 ? own.state : misfits.map(({ shop: slug, state }) => `${slug}: ${state}`).join(', ');
  throw new CommandRefused(`This version can't run on the schema: ${named}.`);
}

const runsOn = ({ state }: Status) => state === 'current' || state === 'newer';

function print(status: object): void {
  process.stdout.write(`${JSON.stringify(status)}\n`);
}

/** None where the user may not see the directory, as the role of the processes: then only the one of its connection is shown. */
async function furtherShops(url: string) {
  try {
    return await withDirectory(url, (directory) => directory.listMigrations());
  } catch (error) {
    if (sqlState(error) !== '42501') throw error;
    process.stderr.write('Only the default shop: this user may not see the others. Set MIGRATION_DATABASE_URL.\n');
    return [];
  }
}

async function appliedAt(url: string): Promise<AppliedMigrations> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  try {
    return await appliedMigrations(async (sql, values) => (await client.query(sql, values)).rows as unknown[]);
  } finally {
    await client.end();
  }
}

async function statusOf(migrations: AppliedMigrations): Promise<Status> {
  const { applied, ...others } = await reportOf(migrations);
  return { state: await stateOf(migrations), applied: applied.length, newest: applied.at(-1) ?? null, ...others };
}
