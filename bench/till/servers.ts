import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { setting } from '../../tools/servers/setting.js';
import { inHome } from '../../tools/servers/paths.js';
import { startPostgres } from '../../tools/servers/postgres.js';
import { startRedis } from '../../tools/servers/redis.js';
import { step } from '../terminal/progress.js';
import { createDatabase, dropLeftovers, namedDatabase, scalar, withClient, type BenchDatabase } from './database.js';

/** PostgreSQL's own defaults; statements are counted only while `countStatements` asks for it. */
const SETTINGS = {
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'none',
};

/** For many shops that sell, each of which has connections of its own. */
const MANY = { max_connections: 1000 };

/** PostgreSQL and Redis for one run: brought up for it, or those that DATABASE_URL and REDIS_URL name. */
export interface Servers {
  /** On the disk of the clone, not in /tmp, which may be memory. */
  readonly directory: string;
  readonly redisUrl: string;
  /** Like `PostgreSQL 18.4`. */
  readonly version: string;
  /** Known where the server was brought up here. */
  readonly postgresPid?: number | undefined;
  readonly redisPid?: number | undefined;
  /** The address of the server, where it counts statements and lets us make roles: when it was brought up here. */
  readonly ownUrl?: string | undefined;
  createDatabase(template?: BenchDatabase): Promise<BenchDatabase>;
  /** The address of a database that the next run with the same folder finds again; it is gone after this run where none is kept. */
  keptDatabase(name: string): Promise<string>;
}

/** Takes back something that was made, when the run ends. */
export type Undo = () => Promise<void>;

/**
 * Notes in `undo` how to remove what it makes; our own servers must be stopped before. PostgreSQL's data stays in the folder `keep`, if that is given.
 */
export async function provideServers(undo: Undo[], keep?: string): Promise<Servers> {
  mkdirSync(inHome(), { recursive: true });
  const directory = mkdtempSync(inHome('bench-'));
  undo.push(async () => rmSync(directory, { recursive: true, force: true }));
  const postgres = setting('DATABASE_URL') ? undefined : await ownPostgres(directory, keep);
  const redis = setting('REDIS_URL') ? undefined : await ownRedis(directory);
  if (!redis) undo.push(await borrowRedis(setting('REDIS_URL')!));
  const serverUrl = postgres?.url ?? setting('DATABASE_URL')!;
  return {
    directory,
    redisUrl: redis?.url ?? setting('REDIS_URL')!,
    version: `PostgreSQL ${await scalar<string>(serverUrl, 'SHOW server_version')}`,
    postgresPid: postgres?.pid,
    redisPid: redis?.pid,
    ownUrl: postgres?.url,
    createDatabase: async (template) => {
      const database = await createDatabase(serverUrl, template);
      // A server of our own goes with all its databases.
      if (!postgres) undo.push(() => database.drop());
      return database;
    },
    keptDatabase: async (name) => {
      const database = await namedDatabase(serverUrl, name);
      if (!postgres && keep === undefined) undo.push(() => database.drop());
      return database.url;
    },
  };
}

async function ownPostgres(temporaryDirectory: string, keep: string | undefined) {
  const directory = path.join(keep ?? temporaryDirectory, 'postgres');
  mkdirSync(path.dirname(directory), { recursive: true });
  const server = await step('Starting PostgreSQL', () =>
    startPostgres({
      directory,
      settings: keep === undefined ? SETTINGS : { ...SETTINGS, ...MANY },
      temporaryDirectory,
    }),
  );
  await withClient(server.url, (sql) => sql.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements'));
  await dropLeftovers(server.url);
  return server;
}

function ownRedis(directory: string) {
  return step('Starting Redis', () => startRedis({ directory: `${directory}/redis`, temporaryDirectory: directory }));
}

/** The worker would take the jobs of whoever uses that Redis, so it must be empty; answers how to empty it again. */
async function borrowRedis(url: string): Promise<Undo> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    if ((await redis.dbsize()) > 0) throw new Error('REDIS_URL must name an empty database: add /<number> to it.');
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return async () => {
    await redis.flushdb();
    redis.disconnect();
  };
}
