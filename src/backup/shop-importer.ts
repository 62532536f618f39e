import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { inSchema, schemaOf } from '../platform/config/index.js';
import { arrivalOf, type AroundDump, raiseUnless } from '../platform/database/index.js';
import { CommandRefused } from '../platform/process/index.js';
import type { BackupSettings } from './backup.settings.js';
import { connect, majorOf, tablesOfShop } from './contents.js';
import { findTool } from './postgres-tools.js';
import { type Course, reporting } from './progress.js';
import { openSealed } from './sealed-file.js';
import { type OpenShopFile, readShopFile, type ShopHeader } from './shop-file.js';
import { loadShop } from './shop-loader.js';
import { withLibpqEnvironment } from './trusted-roots.js';

/** One import into a database at a time, as an advisory lock. */
const IMPORT_LOCK = 748_473;
const FACTS = `
  SELECT pg_try_advisory_lock(${IMPORT_LOCK}) AS alone,
    (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'unaccent') AS unaccent,
    $1::text IS NULL OR EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS "hasRole"`;

export interface ImportTarget {
  /** The database, for the owner of its schemas. */
  readonly url: string;
  /** The slug that the shop gets; its own when absent. */
  readonly slug: string | undefined;
  /** The role of its processes, if it is not the one that owns the schema. */
  readonly role: string | null;
}

/** What this installation has. */
export interface ImportChecks {
  /** The names of the migrations of this build. */
  readonly migrations: readonly string[];
  /** Throws unless the secret can be decrypted here. */
  readonly decrypt: (secret: ShopHeader['secrets'][number]) => unknown;
}

/** A shop that arrived, suspended, with the schema that it had. It is to be migrated. */
export interface ImportedShop {
  readonly header: ShopHeader;
  readonly slug: string;
  /** Whether an earlier attempt had loaded it. */
  readonly continued: boolean;
}

/**
 * Loads an exported shop into the migrated database of `target`, in one transaction with its row of the directory: all of it or nothing. In
 * that transaction all rows are counted, and the head of the ledger is compared. A repeat after that finds what the file brought.
 * @throws CommandRefused or MigrationRefused, before anything changes
 */
export async function importShop(
  file: string,
  target: ImportTarget,
  { identities, postgresBin }: BackupSettings,
  checks: ImportChecks,
  course: Course,
): Promise<ImportedShop> {
  if (identities.length === 0) {
    throw new CommandRefused('BACKUP_IDENTITY must be set: the secret key of age that opens the file.');
  }
  const plain = await openSealed(file, identities);
  const { header, dump } = await readShopFile(file, plain);
  const client = await connect(target.url);
  try {
    assertKnown(header, checks);
    await assertFits(client, header, target);
    const { slug = header.slug, role } = target;
    const arrival = { id: header.id, from: header, entry: header.shop, slug, role };
    const around = await arrivalOf(target.url, arrival);
    if (around) await load(client, { file, header, dump, around, slug, url: target.url, postgresBin }, course);
    return { header, slug, continued: around === undefined };
  } finally {
    plain.destroy();
    await client.end();
  }
}

interface Load extends OpenShopFile {
  readonly file: string;
  readonly around: AroundDump;
  readonly slug: string;
  readonly url: string;
  readonly postgresBin: string | undefined;
}

async function load(client: Client, { file, header, dump, around, slug, url, postgresBin }: Load, course: Course) {
  const major = await majorOf(client);
  const [pgRestore, psql] = [
    await findTool('pg_restore', major, postgresBin),
    await findTool('psql', major, postgresBin),
  ];
  const schema = schemaOf(slug);
  const after = [around.after, ...asserts(header, schema), 'COMMIT'].join(';\n');
  await reporting(course, 'restoring', (note) =>
    withLibpqEnvironment(url, (connection) =>
      loadShop({ pgRestore, psql }, connection, { file, dump }, { ...around, after }, note, course),
    ),
  );
  await reporting(course, 'collecting statistics', () => analyze(inSchema(url, schema)));
}

/** Statements that fail unless the schema has the rows and the head of the ledger that it had when it was exported. */
function asserts({ rows, ledger }: ShopHeader, schema: string): string[] {
  const counted = Object.entries(rows).map(([table, wanted]) =>
    raiseUnless(
      `(SELECT count(*) FROM ${schema}.${escapeIdentifier(table)}) = ${wanted}`,
      `${table} does not have the ${wanted} rows that the file had.`,
    ),
  );
  const head = ledger.head === null ? 'NULL' : escapeLiteral(ledger.head);
  const found = `(SELECT encode(hash, 'hex') FROM ${schema}.ledger_seals ORDER BY seq DESC LIMIT 1)`;
  return [...counted, raiseUnless(`${found} IS NOT DISTINCT FROM ${head}`, 'The head of the ledger is another one.')];
}

async function analyze(url: string): Promise<void> {
  const client = await connect(url);
  try {
    await client.query(`ANALYZE ${(await tablesOfShop(client)).join(', ')}`);
  } finally {
    await client.end();
  }
}

/** @throws CommandRefused if this build can't migrate what the file has, or lacks its keys */
function assertKnown({ till, migrations, secrets }: ShopHeader, checks: ImportChecks): void {
  const unknown = migrations.filter((name) => !checks.migrations.includes(name));
  if (unknown.length > 0) {
    throw new CommandRefused(
      `The file is of a newer Till (${till}): this version does not know ${unknown.join(', ')}. Import it with that version or a later one.`,
    );
  }
  for (const secret of secrets) {
    try {
      checks.decrypt(secret);
    } catch (error) {
      throw new CommandRefused(
        `ENCRYPTION_KEYS must have the keys of the installation that the shop comes from: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
}

/** @throws CommandRefused if the server or the database can't take the shop, or takes another one now */
async function assertFits(client: Client, { postgres, unaccent }: ShopHeader, { role }: ImportTarget): Promise<void> {
  const major = await majorOf(client);
  if (major < postgres) {
    throw new CommandRefused(
      `The file is of PostgreSQL ${postgres}, and this server has ${major}: import it on ${postgres} or a later one.`,
    );
  }
  const facts = await client.query<{ alone: boolean; unaccent: string | null; hasRole: boolean }>(FACTS, [role]);
  const found = facts.rows[0]!;
  if (!found.alone) throw new CommandRefused('Another import into this database is running. Wait for it.');
  if (!found.hasRole) {
    throw new CommandRefused(
      `There is no role "${role}": CREATE ROLE ${client.escapeIdentifier(role!)} LOGIN PASSWORD '...'. Then import again.`,
    );
  }
  if (unaccent !== null && found.unaccent !== unaccent) {
    throw new CommandRefused(
      `The search of the shop names the extension unaccent in the schema ${unaccent}, and this database has it in ${found.unaccent ?? 'none'}.`,
    );
  }
}
