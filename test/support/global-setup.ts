import type { TestProject } from 'vitest/node';
import type { StartedServers } from './started-servers.js';

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

/** Every project loads this file anew, in one process. */
const shared = globalThis as { startedServers?: Promise<StartedServers> | undefined };

/** One PostgreSQL and one Redis for the run, and a migrated template database. */
export async function setup(project: TestProject): Promise<void> {
  shared.startedServers ??= import('./started-servers.js').then(({ startServers }) => startServers());
  const { postgresUrl, redisUrl, mailDirectory } = await shared.startedServers;
  project.provide('templateDatabaseUrl', postgresUrl);
  project.provide('redisUrl', redisUrl);
  project.provide('mailDirectory', mailDirectory);
}

/** All projects have ended. */
export async function teardown(): Promise<void> {
  const started = shared.startedServers;
  shared.startedServers = undefined;
  await (await started)?.remove();
}
