import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '../../src/platform/database/index.js';
import { createRunningRole, RUNNING_ROLE } from './running-role.js';
import { ownPostgres, ownRedis } from './servers.js';

/** What all test files of a run share. */
export interface StartedServers {
  readonly postgresUrl: string;
  readonly redisUrl: string;
  readonly mailDirectory: string;
  remove(): Promise<void>;
}

/** Starts one PostgreSQL with a migrated template database, and one Redis. */
export async function startServers(): Promise<StartedServers> {
  const postgres = await ownPostgres();
  const redis = await ownRedis();
  await createRunningRole(postgres.url);
  await migrate(postgres.url, { runningRole: RUNNING_ROLE });
  const mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-mail-'));
  return {
    postgresUrl: postgres.url,
    redisUrl: redis.url,
    mailDirectory,
    remove: async () => {
      await redis.remove();
      await postgres.remove();
      await rm(mailDirectory, { recursive: true, force: true });
    },
  };
}
