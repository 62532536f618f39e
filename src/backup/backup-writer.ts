import { mkdir, rm } from 'node:fs/promises';
import type { Client } from 'pg';
import { CommandRefused } from '../platform/process/index.js';
import type { BackupFolder } from './backup-folder.js';
import { recordRun } from './backup-runs.js';
import type { BackupSettings } from './backup.settings.js';
import { connect, contentsOf, majorOf } from './contents.js';
import { openSnapshot, writeDump } from './dump.js';
import type { Manifest } from './manifest.js';
import { findTool } from './postgres-tools.js';
import { type Course, type Note, reporting, secondsSince } from './progress.js';
import { expired } from './retention.js';
import { withLibpqEnvironment } from './trusted-roots.js';

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
  const snapshot = await openSnapshot(client, 'backup of this database');
  const write = (note: Note) =>
    Promise.all([
      withLibpqEnvironment(url, (connection) =>
        writeDump(tool, connection, folder.partialOf(name), { snapshot, recipients }, note, course),
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
