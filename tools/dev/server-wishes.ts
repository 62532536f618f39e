import { redisProblem } from '../../src/platform/redis/redis-problem.js';
import { startPostgres } from '../servers/postgres.js';
import { startRedis } from '../servers/redis.js';
import { serverUrl } from '../../src/platform/config/server-url.js';
import { lackOfRoom } from './disk-room.js';
import { setting } from '../servers/setting.js';
import { inHome, logFile } from '../servers/paths.js';
import type { ServerWish } from './provide-server.js';

export const postgres: ServerWish = {
  title: 'PostgreSQL',
  variable: 'DATABASE_URL',
  pid: 'postgres',
  start: (port) => startPostgres({ directory: inHome('postgres'), logFile: logFile('postgres'), ...onPort(port) }),
  obstacle: () => lackOfRoom(inHome()),
};
export const redis: ServerWish = {
  title: 'Redis',
  variable: 'REDIS_URL',
  pid: 'redis',
  start: (port) => startRedis({ directory: inHome('redis'), logFile: logFile('redis'), ...onPort(port) }),
  problem: problemOfRedis,
};

const onPort = (port: number | undefined) => (port === undefined ? {} : { port });

async function problemOfRedis(url: string): Promise<string | undefined> {
  const malformed = serverUrl('redis', 'rediss').safeParse(url).error?.issues[0];
  return malformed?.message ?? (await redisProblem({ url, ca: setting('REDIS_CA') }))?.message;
}
