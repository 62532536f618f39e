import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { Fault } from '../platform/logging/index.js';
import { CommandRefused } from '../platform/process/index.js';
import type { BackupFolder } from './backup-folder.js';
import type { BackupSettings } from './backup.settings.js';
import { connect, contentsOf, isEmpty, majorOf } from './contents.js';
import { differences, type Manifest } from './manifest.js';
import { findTool, startTool } from './postgres-tools.js';
import { type Course, reporting } from './progress.js';
import { assertUnchanged, damaged, openSealed } from './sealed-file.js';
import { withLibpqEnvironment } from './trusted-roots.js';

/** A backup, with the folder that has it. */
export interface Kept {
  readonly manifest: Manifest;
  readonly folder: BackupFolder;
}

/**
 * Restores a backup into the empty database at `url`, in one transaction, and compares rows and chains with the manifest. Safe to
 * interrupt: the database has everything or nothing.
 * @throws CommandRefused if the file was changed, no key opens it, or the database is not empty
 */
export async function restore(url: string, kept: Kept, settings: BackupSettings, course: Course): Promise<void> {
  const { manifest, folder } = kept;
  if (settings.identities.length === 0) {
    throw new CommandRefused('BACKUP_IDENTITY must be set: the secret key of age that opens the backups.');
  }
  const client = await connect(url);
  try {
    const tool = await toolFor(client, manifest, settings);
    const file = folder.dumpOf(manifest.name);
    await reporting(course, 'checking the file', (note) =>
      assertUnchanged(file, manifest, course.signal, (bytes) => note('bytes', bytes)),
    );
    await reporting(course, 'restoring', () =>
      withLibpqEnvironment(url, (connection) => load(tool, connection, file, settings.identities, course)),
    );
    await reporting(course, 'collecting statistics', async () => void (await client.query('ANALYZE')));
    const found = differences(manifest, await reporting(course, 'counting rows', () => contentsOf(client)));
    if (found.length > 0) throw new Fault(`The restored database differs from its backup:\n${found.join('\n')}`);
  } finally {
    await client.end();
  }
}

async function toolFor(client: Client, { postgres }: Manifest, { postgresBin }: BackupSettings): Promise<string> {
  const major = await majorOf(client);
  if (major < postgres) {
    throw new CommandRefused(
      `The backup is of PostgreSQL ${postgres}, and this server has ${major}: restore it on ${postgres} or a later one.`,
    );
  }
  if (!(await isEmpty(client))) {
    throw new CommandRefused(
      'The database has tables already. Restore into a new, empty one (CREATE DATABASE ... TEMPLATE template0), to which MIGRATION_DATABASE_URL leads, or DATABASE_URL where that is not set.',
    );
  }
  return findTool('pg_restore', major, postgresBin);
}

/** Nothing of the file is ever on a disk unencrypted. */
async function load(
  tool: string,
  connection: Readonly<Record<string, string>>,
  file: string,
  identities: readonly string[],
  { signal }: Course,
): Promise<void> {
  const plain = await openSealed(file, identities);
  const args = [
    '--single-transaction',
    '--no-owner',
    '--no-acl',
    '--no-password',
    `--dbname=${connection['PGDATABASE']}`,
  ];
  const { child, done } = startTool(tool, args, connection, ['pipe', 'ignore', 'pipe']);
  let broken: Error | undefined;
  plain.once('error', (error) => (broken = error));
  try {
    await pipeline(plain, child.stdin!, { signal });
  } catch (error) {
    if (signal.aborted || broken) child.kill();
    if (signal.aborted) throw error;
    if (broken) throw damaged(file, broken);
    // pg_restore closed its input: it says why, below.
  }
  await done;
}
