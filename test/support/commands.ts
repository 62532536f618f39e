import { inject } from 'vitest';
import { runCli } from './build.js';
import { createDatabase } from './database.js';
import { redisDatabase } from './redis.js';

/** A database and a Redis of their own, and `till`, which runs a built command on them. The environment may be changed. */
export async function commandsOnServers() {
  const database = await createDatabase();
  const env: Record<string, string> = {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: await redisDatabase(),
    MAIL_DIRECTORY: inject('mailDirectory'),
  };
  return { database, env, till: (...args: readonly string[]) => runCli(args, env) };
}
