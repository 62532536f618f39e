import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { buildWhenStale } from '../scripts/start/setup.mjs';
import { ownPostgres, ownRedis, type OwnServer } from './support/servers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that each test file's own is cloned from. Nobody connects to it: see support/database.ts. */
    readonly templateDatabaseUrl: string;
    /** Logical database 0, which hands out the numbers of the others: see support/redis.ts. */
    readonly redisUrl: string;
  }
}

const servers: OwnServer[] = [];

/** One PostgreSQL and one Redis for the run, a migrated template database, and the build that the smoke tests boot. */
export async function setup(project: TestProject): Promise<void> {
  await buildWhenStale();
  const postgres = await ownPostgres();
  servers.push(postgres);
  const redis = await ownRedis();
  servers.push(redis);
  await migrate(postgres.url);
  project.provide('templateDatabaseUrl', postgres.url);
  project.provide('redisUrl', redis.url);
}

export async function teardown(): Promise<void> {
  for (const server of servers.toReversed()) await server.remove();
}

/** By the built command, as in production: this also proves that the migrations run from `dist`. */
async function migrate(databaseUrl: string): Promise<void> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  await promisify(execFile)(process.execPath, ['dist/src/cli.js', 'migrate'], { env });
}
