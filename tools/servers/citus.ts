import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { accountFor } from './account.js';
import { SUPERUSER } from './postgres-cluster.js';
import { type RunningServer, startPostgres, THROWAWAY_SETTINGS } from './postgres.js';

const NODES = ['coordinator', 'worker1', 'worker2'] as const;
export type CitusNode = (typeof NODES)[number];

/** A Citus of three nodes whose data is thrown away. Each node can be stopped and started again, on its port and with its data. */
export interface CitusCluster {
  /** The database `till` of each node, which has the extension. The user and the password are the same on all. */
  readonly urls: Readonly<Record<CitusNode, string>>;
  /** The database `till` of the coordinator. */
  readonly url: string;
  pid(node: CitusNode): number;
  stop(node: CitusNode): Promise<void>;
  start(node: CitusNode): Promise<void>;
  /** Stops all nodes and removes what they wrote. */
  remove(): Promise<void>;
}

export interface CitusOptions {
  /** By the name of a role that tests make: its password, with which the nodes connect to each other for it. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** The library must be the first one; schemas move by logical replication; each database has a background process on each node. */
const SETTINGS = {
  ...THROWAWAY_SETTINGS,
  shared_preload_libraries: 'citus',
  wal_level: 'logical',
  max_connections: 300,
  max_prepared_transactions: 300,
  max_worker_processes: 128,
  max_replication_slots: 64,
  max_wal_senders: 64,
  // Nothing of a test is sent to anybody, and no node has a certificate.
  'citus.enable_statistics_collection': 'off',
  'citus.node_conninfo': 'sslmode=prefer',
};

/** Whether an installation of PostgreSQL has Citus; `binaries` is the folder of its `postgres`. */
export function hasCitus(binaries: string): boolean {
  return existsSync(path.join(binaries, '..', 'lib', 'citus.so'));
}

/** Starts a coordinator and two workers from binaries that have Citus, and makes a cluster of them. */
export async function startCitus(binaries: string, options: CitusOptions = {}): Promise<CitusCluster> {
  const home = await mkdtemp(path.join(tmpdir(), 'till-citus-'));
  const servers = new Map<CitusNode, RunningServer>();
  const password = randomBytes(24).toString('hex');
  const passwords = path.join(home, 'passwords');
  const launch = async (node: CitusNode, port?: number): Promise<void> => {
    const server = await startPostgres({
      binaries,
      password,
      directory: path.join(home, node),
      settings: { ...SETTINGS, ...options.settings },
      env: { PGPASSFILE: passwords },
      temporaryDirectory: home,
      ...(port !== undefined && { port }),
    });
    servers.set(node, server);
  };
  const remove = async (): Promise<void> => {
    for (const server of servers.values()) await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  const running = (node: CitusNode): RunningServer => servers.get(node)!;
  try {
    await chmod(home, 0o711);
    await writePasswords(passwords, { ...options.roles, [SUPERUSER]: password });
    for (const node of NODES) await launch(node);
    await join(running('coordinator').url, [running('worker1').url, running('worker2').url]);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    urls: { coordinator: running('coordinator').url, worker1: running('worker1').url, worker2: running('worker2').url },
    url: running('coordinator').url,
    pid: (node) => running(node).pid,
    stop: (node) => running(node).stop(),
    start: (node) => launch(node, running(node).port),
    remove,
  };
}

/**
 * Makes the nodes of one database a cluster: the first one is the coordinator, and holds no schema of a shop. The databases exist on all nodes.
 */
export async function join(coordinator: string, workers: readonly string[]): Promise<void> {
  for (const url of [coordinator, ...workers]) await ask(url, 'CREATE EXTENSION citus');
  await ask(coordinator, `SELECT citus_set_coordinator_host('127.0.0.1', ${new URL(coordinator).port})`);
  for (const url of workers) await ask(coordinator, `SELECT citus_add_node('127.0.0.1', ${new URL(url).port})`);
}

async function ask(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The file with which the nodes connect to each other (PostgreSQL manual, section 34.16). */
async function writePasswords(file: string, passwords: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(passwords).map(([role, password]) => `*:*:*:${role}:${password}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
  const account = accountFor(file);
  if (account !== undefined) await chown(file, account.uid, account.gid);
}
