import { randomUUID } from 'node:crypto';
import { access, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';
import { inSchema } from '../platform/config/index.js';
import { type Shop, withDirectory } from '../platform/database/index.js';
import { secretOfEachKey } from '../platform/encryption/index.js';
import { CommandRefused } from '../platform/process/index.js';
import type { BackupSource } from './backup-writer.js';
import type { BackupSettings } from './backup.settings.js';
import { connect, contentsOfShop, majorOf } from './contents.js';
import { openSnapshot, writeDump } from './dump.js';
import { findTool } from './postgres-tools.js';
import { type Course, type Note, reporting, secondsSince } from './progress.js';
import type { FileFacts } from './sealed-file.js';
import type { ShopHeader } from './shop-file.js';
import { withLibpqEnvironment } from './trusted-roots.js';

const MIGRATIONS = 'SELECT name FROM migrations ORDER BY timestamp, name';
const UNACCENT = `
  SELECT (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'unaccent') AS unaccent`;

/** What an export printed about itself: no secret, and no personal data. */
export type ExportedShop = Omit<ShopHeader, 'kind' | 'shop' | 'migrations' | 'unaccent' | 'secrets'> &
  FileFacts & { readonly file: string; readonly seconds: number };

/**
 * Dumps the schema of one shop and its row of the directory into one encrypted file, which must not exist. Orders can be placed and paid
 * meanwhile: everything is of one snapshot. Safe to interrupt: there is a whole file or none.
 * @throws CommandRefused with what is missing
 */
export async function exportShop(
  { url, version }: BackupSource,
  { slug, schema }: Pick<Shop, 'slug' | 'schema'>,
  file: string,
  { recipients, postgresBin }: BackupSettings,
  course: Course,
): Promise<ExportedShop> {
  if (recipients.length === 0) {
    throw new CommandRefused(
      'BACKUP_RECIPIENTS must be set: the public keys to encrypt the file with. till backup key makes a pair.',
    );
  }
  await assertFree(file);
  const id = randomUUID();
  const partial = `${file}.${id}.partial`;
  const began = performance.now();
  const client = await connect(inSchema(url, schema));
  try {
    const tool = await findTool('pg_dump', await majorOf(client), postgresBin);
    const about = { format: 1 as const, id, till: version, startedAt: new Date().toISOString(), slug, schema };
    const snapshot = await openSnapshot(client, 'export of this shop');
    const { contents, rest } = await reporting(course, 'counting rows', () => factsOf(client, url, slug));
    const header = JSON.stringify({ kind: 'shop', ...about, ...contents, ...rest } satisfies ShopHeader);
    const options = { snapshot, recipients, schema, header };
    const write = (note: Note) =>
      withLibpqEnvironment(url, (connection) => writeDump(tool, connection, partial, options, note, course));
    const written = await reporting(course, 'dumping', write);
    await client.query('COMMIT');
    await keep(partial, file);
    return { file, ...about, ...contents, ...written, seconds: secondsSince(began) };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

/** All that the header has of the shop, in the client's snapshot. */
async function factsOf(client: Client, url: string, slug: string) {
  const query = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows as unknown[];
  const shop = await withDirectory(url, (directory) => directory.entry(slug));
  if (!shop) throw new CommandRefused(`There is no shop ${slug}: till shops list shows them.`);
  const migrations = ((await query(MIGRATIONS)) as { name: string }[]).map(({ name }) => name);
  const [{ unaccent }] = (await query(UNACCENT)) as [{ unaccent: string | null }];
  const rest = { shop, migrations, unaccent, secrets: await secretOfEachKey(query) };
  return { contents: await contentsOfShop(client), rest };
}

/** @throws CommandRefused */
async function assertFree(file: string): Promise<void> {
  const taken = await access(file).then(
    () => true,
    () => false,
  );
  if (taken) throw new CommandRefused(`${file} exists already. Name a new file.`);
}

/** Gives a written file its name, for good. */
async function keep(partial: string, file: string): Promise<void> {
  await assertFree(file);
  await rename(partial, file);
  const directory = await open(path.dirname(path.resolve(file)));
  await directory.sync();
  await directory.close();
}
