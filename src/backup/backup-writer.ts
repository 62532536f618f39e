import { mkdir, rm } from 'node:fs/promises';
import type { Client } from 'pg';
import { shopLock } from '../platform/database/index.js';
import { CommandRefused } from '../platform/process/index.js';
import type { BackupFolder } from './backup-folder.js';
import { recordRun } from './backup-runs.js';
import type { BackupSettings } from './backup.settings.js';
import { connect, contentsOf, majorOf } from './contents.js';
import type { Manifest } from './manifest.js';
import { findTool, startTool } from './postgres-tools.js';
import { type Course, type Note, reporting, secondsSince } from './progress.js';
import { expired } from './retention.js';
import { type FileFacts, writeSealed } from './sealed-file.js';
import { withLibpqEnvironment } from './trusted-roots.js';

/** One backup of a database at a time, as an advisory lock. */
const BACKUP_LOCK = 748_464;
/** How long the dump waits for a table that a migration has, in milliseconds. */
const LOCK_WAIT_MS = 60_000;

/** What a backup is made of, and by which version of Till. */
export interface BackupSource {
  readonly url: string;
  readonly version: string;
}

/**
 * Dumps the database with `pg_dump` into an encrypted file with a manifest, then removes expired backups. Orders can be placed and paid
 * meanwhile: everything is of one snapshot. Safe to interrupt: there is a whole backup or none.
 * @throws CommandRefused with what is missing
 */
export async function takeBackup(
  source: BackupSource,
  folder: BackupFolder,
  settings: BackupSettings,
  course: Course,
): Promise<Manifest> {
  if (settings.recipients.length === 0) {
    throw new CommandRefused(
      'BACKUP_RECIPIENTS must be set: the public keys to encrypt backups with. till backup key makes a pair.',
    );
  }
  await mkdir(folder.directory, { recursive: true, mode: 0o700 });
  await folder.clean();
  const client = await connect(source.url);
  try {
    const manifest = await dump(client, source, folder, settings, course);
    await recordRun(client, {
      kind: 'backup',
      backup: manifest.name,
      bytes: manifest.bytes,
      seconds: manifest.seconds,
    });
    for (const old of expired(await folder.list(), new Date(), settings.retention)) await folder.remove(old);
    return manifest;
  } finally {
    await client.end();
  }
}

async function dump(
  client: Client,
  { url, version }: BackupSource,
  folder: BackupFolder,
  { recipients, postgresBin }: BackupSettings,
  course: Course,
): Promise<Manifest> {
  const tool = await findTool('pg_dump', await majorOf(client), postgresBin);
  const [startedAt, began] = [new Date().toISOString(), performance.now()];
  const name = `till-${startedAt.replaceAll(/[-:]|\.\d+/g, '')}`;
  const snapshot = await openSnapshot(client);
  const write = (note: Note) =>
    Promise.all([
      withLibpqEnvironment(url, (connection) =>
        writeDump(tool, connection, snapshot, folder.partialOf(name), recipients, note, course),
      ),
      contentsOf(client),
    ]);
  try {
    const [file, contents] = await reporting(course, 'dumping', write);
    await client.query('COMMIT');
    const times = { startedAt, finishedAt: new Date().toISOString(), seconds: secondsSince(began) };
    const manifest: Manifest = { format: 1, name, till: version, ...times, ...file, recipients, ...contents };
    await folder.keep(manifest);
    return manifest;
  } catch (error) {
    await rm(folder.partialOf(name), { force: true });
    throw error;
  }
}

/** Begins a transaction that sees one moment, and returns the name by which `pg_dump` sees the same. */
async function openSnapshot(client: Client): Promise<string> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ alone: boolean; snapshot: string }>(
    `SELECT pg_try_advisory_xact_lock(${shopLock(BACKUP_LOCK)}) AS alone, pg_export_snapshot() AS snapshot`,
  );
  if (!rows[0]!.alone) throw new CommandRefused('Another backup of this database is running. Wait for it.');
  return rows[0]!.snapshot;
}

async function writeDump(
  tool: string,
  connection: Readonly<Record<string, string>>,
  snapshot: string,
  file: string,
  recipients: readonly string[],
  note: Note,
  { signal }: Course,
): Promise<FileFacts> {
  const args = [
    '--format=custom',
    '--no-password',
    '--verbose',
    `--snapshot=${snapshot}`,
    `--lock-wait-timeout=${LOCK_WAIT_MS}`,
  ];
  let tables = 0;
  const { child, done } = startTool(tool, args, connection, ['ignore', 'pipe', 'pipe'], (line) => {
    if (line.includes('dumping contents of table')) note('tables', (tables += 1));
  });
  const count = (bytes: number) => note('bytes', bytes);
  try {
    const facts = await writeSealed(file, child.stdout!, recipients, { count, signal });
    await done;
    return facts;
  } catch (error) {
    child.kill();
    throw error;
  }
}
