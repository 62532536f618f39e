import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { CommandRefused } from '../platform/process/index.js';
import type { BackupSettings } from './backup.settings.js';
import { connect } from './contents.js';
import { type Course, reporting, secondsSince } from './progress.js';
import { type Kept, restore } from './restorer.js';

/** What a drill found. */
export interface DrillResult {
  readonly backup: string;
  /** Whether the copy has every row, and every rule of the proof holds. */
  readonly intact: boolean;
  readonly sealed: number;
  readonly head: string | null;
  /** How old the backup is: what a disaster now would lose. */
  readonly ageSeconds: number;
  readonly restoreSeconds: number;
  readonly proofSeconds: number;
  /** The rules that do not hold. */
  readonly failed: readonly unknown[];
}

/** Proves the books of the database at a URL. */
export type Prove = (url: string) => Promise<{ readonly intact: boolean; readonly failed: readonly unknown[] }>;

export interface DrillOptions {
  readonly prove: Prove;
  /** A head of the ledger's chain that somebody noted outside: it must be part of the copy's chain. */
  readonly head?: string | undefined;
}

const PREFIX = 'till_drill_';

/**
 * Restores a backup into a new database on the drill's server, counts all rows, proves the books, compares the chain, and drops the
 * database again.
 * @throws CommandRefused if the copy can't be restored, or does not have `head`
 */
export async function drill(
  kept: Kept,
  settings: BackupSettings,
  { prove, head }: DrillOptions,
  course: Course,
): Promise<DrillResult> {
  if (settings.drillDatabaseUrl === undefined) {
    throw new CommandRefused(
      'BACKUP_DRILL_DATABASE_URL must be set: a server on which the drill may make a database and drop it again, never the one in production.',
    );
  }
  const server = await connect(settings.drillDatabaseUrl);
  const name = `${PREFIX}${Date.now()}_${randomBytes(4).toString('hex')}`;
  try {
    await dropLeftOver(server);
    await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    const url = withDatabase(settings.drillDatabaseUrl, name);
    const began = performance.now();
    await restore(url, kept, settings, course);
    const restoreSeconds = secondsSince(began);
    await assertHas(url, head);
    const proven = performance.now();
    const { intact, failed } = await reporting(course, 'proving the books', () => prove(url));
    const { name: backup, ledger, startedAt } = kept.manifest;
    const ageSeconds = Math.round((Date.now() - Date.parse(startedAt)) / 1000);
    const times = { ageSeconds, restoreSeconds, proofSeconds: secondsSince(proven) };
    return { backup, intact, ...ledger, ...times, failed };
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
    await server.end();
  }
}

/** Drops the databases of drills that were killed a day ago or earlier. */
async function dropLeftOver(server: Client): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname ~ '^${PREFIX}[0-9]+_[0-9a-f]+$'
       AND split_part(datname, '_', 3)::bigint < (extract(epoch FROM now()) - 86400) * 1000`,
  );
  for (const { name } of rows) await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function assertHas(url: string, head: string | undefined): Promise<void> {
  if (head === undefined) return;
  const client = await connect(url);
  try {
    const { rowCount } = await client.query("SELECT FROM ledger_seals WHERE hash = decode($1, 'hex')", [head]);
    if (rowCount === 0) {
      throw new CommandRefused(
        `The ledger's chain in the backup does not have the head ${head}: the backup is older than it, or of another ledger.`,
      );
    }
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const [address = '', query] = url.split('?', 2);
  const base = address.replace(/^([^/]*\/\/[^/]*)(\/.*)?$/, `$1/${name}`);
  return query === undefined ? base : `${base}?${query}`;
}
