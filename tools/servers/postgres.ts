import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { asAccount } from './account.js';
import { tailOf } from './executables.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';
import { freePort } from './ports.js';
import { clearPidFile, openCluster, SUPERUSER, writeSettings, type Cluster } from './postgres-cluster.js';

export interface PostgresOptions {
  /** The data directory; made when missing. */
  readonly directory: string;
  /** A free one when absent. */
  readonly port?: number;
  /** Added to, or instead of, the defaults below. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Removed when we are killed and can't do it ourselves. */
  readonly temporaryDirectory?: string;
  /** `till.log` in the directory when absent. */
  readonly logFile?: string;
  /** The folder of `postgres` and `initdb`; npm's when absent. */
  readonly binaries?: string;
  /** Of a data directory that is made; a random one when absent. */
  readonly password?: string;
  /** Added to the environment of the server. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves with a phrase like "SIGKILL" when the server has ended, whoever ended it. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** For servers whose data is thrown away: a commit outlives the death of the server, but not that of the machine. */
export const THROWAWAY_SETTINGS = { fsync: 'off', full_page_writes: 'off' } as const;

const DATABASE = 'till';
const DEFAULTS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const ATTEMPTS = 5;
/** Recovery after a crash may take long; while it runs the server is alive, and we wait. */
const READY_WITHIN_MS = 300_000;

/**
 * Brings up PostgreSQL on 127.0.0.1 with a database `till` and a random password, on the data of last time if there is any.
 * Works for an ordinary user and for root. Throws with the end of the server's log when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const directory = path.resolve(options.directory);
  const cluster = await openCluster(directory, options.binaries, options.password);
  const { server, port } = await launch(cluster, options);
  await createDatabase(urlOf(cluster, port, 'postgres'));
  return { url: urlOf(cluster, port, DATABASE), port, pid: server.pid, exited: server.exited, stop: server.stop };
}

/** Somebody may take the port between choosing and listening, or a killed server's last children may still be there. */
async function launch(cluster: Cluster, options: PostgresOptions): Promise<{ server: GuardedProcess; port: number }> {
  const logFile = options.logFile ?? path.join(cluster.directory, 'till.log');
  for (let attempt = 1; ; attempt += 1) {
    await clearPidFile(cluster.directory);
    const port = options.port ?? (await freePort());
    const max_wal_size = await walLimit(cluster.directory);
    await writeSettings(cluster, { ...DEFAULTS, max_wal_size, ...options.settings, port });
    const [command, args] = asAccount(cluster.account, path.join(cluster.binaries, 'postgres'), [
      '-D',
      cluster.directory,
    ]);
    const server = await startGuarded({
      command,
      args,
      logFile,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      stopSignal: 'SIGINT', // "fast shutdown": ends the sessions, writes a checkpoint
      temporaryDirectory: options.temporaryDirectory,
    });
    if (await accepts(server, urlOf(cluster, port, 'postgres'))) return { server, port };
    const log = tailOf(logFile);
    await server.stop();
    if (attempt === ATTEMPTS || !/in use/.test(log))
      throw new Error(`PostgreSQL does not start. ${logFile} ends with\n${log}`);
    await sleep(500);
  }
}

/** An eighth of the disk, and at most 2 GiB: the log of a busy server must not be what fills a small disk. */
async function walLimit(directory: string): Promise<string> {
  const { blocks, bsize } = await statfs(directory);
  return `${Math.min(2048, Math.max(64, Math.floor((blocks * bsize) / 8 / 1024 / 1024)))}MB`;
}

/** False when the server ended, or did not accept connections in time. */
async function accepts(server: GuardedProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && server.exit() === undefined) {
    if (await canConnect(url)) return true;
    await sleep(50);
  }
  return false;
}

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined); // a connection that breaks while it is being made also says so in connect()
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function urlOf({ password }: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}
