import { Readable } from 'node:stream';
import type { Client } from 'pg';
import { NOTHING_MOVES, shopLock, SOMETHING_MOVES } from '../platform/database/index.js';
import { CommandRefused } from '../platform/process/index.js';
import { startTool } from './postgres-tools.js';
import type { Course, Note } from './progress.js';
import { type FileFacts, writeSealed } from './sealed-file.js';

/** One backup of a database, or one export of a shop, at a time, as an advisory lock. */
const BACKUP_LOCK = 748_464;
/** How long the dump waits for a table that a migration has, in milliseconds. */
const LOCK_WAIT_MS = 60_000;

/** Begins a transaction that sees one moment, and returns the name by which `pg_dump` sees the same. @throws CommandRefused if `what` runs already, or a shop is being moved */
export async function openSnapshot(client: Client, what: string): Promise<string> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ alone: boolean; still: boolean; snapshot: string }>(
    `SELECT pg_try_advisory_xact_lock(${shopLock(BACKUP_LOCK)}) AS alone, ${NOTHING_MOVES} AS still, pg_export_snapshot() AS snapshot`,
  );
  if (!rows[0]!.alone) throw new CommandRefused(`Another ${what} is running. Wait for it.`);
  if (!rows[0]!.still) throw new CommandRefused(SOMETHING_MOVES);
  return rows[0]!.snapshot;
}

export interface DumpOptions {
  readonly snapshot: string;
  readonly recipients: readonly string[];
  /** The only schema to dump, without the extensions of the database. */
  readonly schema?: string;
  /** A line before the dump. */
  readonly header?: string;
}

/** Runs `pg_dump`, and writes its custom format into a new encrypted file. Returns the size and checksum of the file. */
export async function writeDump(
  tool: string,
  connection: Readonly<Record<string, string>>,
  file: string,
  { snapshot, recipients, schema, header }: DumpOptions,
  note: Note,
  { signal }: Course,
): Promise<FileFacts> {
  const args = [
    '--format=custom',
    '--no-password',
    '--verbose',
    `--snapshot=${snapshot}`,
    `--lock-wait-timeout=${LOCK_WAIT_MS}`,
    ...(schema === undefined ? [] : [`--schema=${schema}`, '--strict-names']),
  ];
  let tables = 0;
  const { child, done } = startTool(tool, args, connection, ['ignore', 'pipe', 'pipe'], (line) => {
    if (line.includes('dumping contents of table')) note('tables', (tables += 1));
  });
  const count = (bytes: number) => note('bytes', bytes);
  const source = header === undefined ? child.stdout! : preceded(header, child.stdout!);
  try {
    const facts = await writeSealed(file, source, recipients, { count, signal });
    await done;
    return facts;
  } catch (error) {
    child.kill();
    throw error;
  }
}

function preceded(header: string, source: Readable): Readable {
  async function* both() {
    yield Buffer.from(`${header}\n`);
    yield* source;
  }
  return Readable.from(both(), { objectMode: false });
}
