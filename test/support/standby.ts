import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startPostgres, THROWAWAY_SETTINGS, type RunningServer } from '../../tools/servers/postgres.js';

/** A primary with a streaming standby. */
export interface PostgresPair {
  readonly primary: RunningServer;
  readonly standby: RunningServer;
  /** Ends both and removes what they wrote. */
  remove(): Promise<void>;
}

/**
 * A primary that acknowledges a commit when the standby has it (`synchronous_commit = on`), so that a failover loses none. The
 * standby begins as a copy of its files (PostgreSQL manual, section 25.3.3); pg_basebackup is not among the embedded binaries.
 */
export async function postgresPair(): Promise<PostgresPair> {
  const temporaryDirectory = await mkdtemp(path.join(tmpdir(), 'till-test-'));
  const directories = {
    primary: path.join(temporaryDirectory, 'primary'),
    standby: path.join(temporaryDirectory, 'standby'),
  };
  const start = (directory: string, settings: object) =>
    startPostgres({ directory, temporaryDirectory, settings: { ...THROWAWAY_SETTINGS, ...settings } });
  const primary = await start(directories.primary, { wal_keep_size: '256MB' });
  await copyCluster(primary, directories.primary, directories.standby);
  const { hostname, port, username, password } = new URL(primary.url);
  const conninfo = `host=${hostname} port=${port} user=${username} password=${password} application_name=standby`;
  const standby = await start(directories.standby, { primary_conninfo: conninfo });
  await onServer(primary.url, `ALTER SYSTEM SET synchronous_standby_names = 'standby'`, 'SELECT pg_reload_conf()');
  const remove = async () => {
    await Promise.all([primary.stop(), standby.stop()]);
    await rm(temporaryDirectory, { recursive: true, force: true });
  };
  return { primary, standby, remove };
}

/** Runs statements one after the other on a connection of their own. */
export async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The processes that serve the sessions of a primary, those of its standbys as well. */
export async function sessionsOf(url: string): Promise<number[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid()`,
  );
  await client.end();
  return rows.map(({ pid }) => pid);
}

const LEFT_OUT =
  /(postmaster\.(pid|opts)|till\.log)$|\/pg_(wal|replslot|dynshmem|stat_tmp|notify|subtrans|serial|snapshots)\/.+/;

async function copyCluster(primary: RunningServer, from: string, to: string): Promise<void> {
  const client = new Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('standby', true)`);
    await cp(from, to, { recursive: true, filter: (source) => !LEFT_OUT.test(source) });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await mkdir(path.join(to, 'pg_wal'), { recursive: true });
    await writeFile(path.join(to, 'backup_label'), rows[0]!.labelfile);
    await writeFile(path.join(to, 'standby.signal'), '');
  } finally {
    await client.end();
  }
}
