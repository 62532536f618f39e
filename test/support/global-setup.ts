import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/database/index.js';
import { createRunningRole, RUNNING_ROLE } from './running-role.js';
import { ownPostgres, ownRedis, type OwnServer } from './servers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that each test file's own is cloned from. Nobody connects to it: see support/database.ts. */
    readonly templateDatabaseUrl: string;
    /** Logical database 0, which hands out the numbers of the others: see support/redis.ts. */
    readonly redisUrl: string;
    /** Where mails go that tests do not read, so that none is left in the clone. */
    readonly mailDirectory: string;
  }
}

const servers: OwnServer[] = [];
let mailDirectory: string | undefined;

/** One PostgreSQL and one Redis for the run, and a migrated template database. */
export async function setup(project: TestProject): Promise<void> {
  const postgres = await ownPostgres();
  servers.push(postgres);
  const redis = await ownRedis();
  servers.push(redis);
  await createRunningRole(postgres.url);
  await migrate(postgres.url, { runningRole: RUNNING_ROLE });
  project.provide('templateDatabaseUrl', postgres.url);
  project.provide('redisUrl', redis.url);
  mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-mail-'));
  project.provide('mailDirectory', mailDirectory);
}

export async function teardown(): Promise<void> {
  for (const server of servers.toReversed()) await server.remove();
  if (mailDirectory) await rm(mailDirectory, { recursive: true, force: true });
}
