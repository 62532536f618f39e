import { Redis } from 'ioredis';
import type { Variables } from '../settings.js';
import { redisPrefixOf } from '../platform/config/index.js';
import { openRedis, redisProblem } from '../platform/redis/index.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'Redis';
const TIMEOUT_MS = 3000;

export async function checkRedis({ REDIS_URL: url, REDIS_CA: ca, SHOP }: Variables): Promise<Finding[]> {
  if (url === undefined) return [problem(about, 'not checked: REDIS_URL is not usable')];
  const found = await redisProblem({ url, ca });
  if (found) return [problem(about, found.message)];
  const keyPrefix = redisPrefixOf(SHOP);
  const redis = openRedis({ url, ca }, { keyPrefix, commandTimeout: TIMEOUT_MS, retryStrategy: null });
  redis.on('error', () => undefined); // each command reports the error too
  try {
    return [await version(redis), await writable(redis), await memory(redis)];
  } catch (error) {
    return [problem(about, `does not answer a question (${(error as Error).message})`)];
  } finally {
    redis.disconnect();
  }
}

async function version(redis: Redis): Promise<Finding> {
  const found = fieldOf(await redis.info('server'), 'redis_version');
  if (found && Number.parseInt(found, 10) < 7) return problem(about, `version ${found}`, 'Use Redis 7 or later.');
  return fine(about, `reachable, version ${found ?? 'unknown'}`);
}

async function writable(redis: Redis): Promise<Finding> {
  try {
    await redis.set('till:doctor', '1', 'PX', 1000);
    return fine(`${about} writes`, 'accepted');
  } catch (error) {
    const { message } = error as Error;
    return problem(`${about} writes`, `refused (${message})`, remedyFor(message));
  }
}

function remedyFor(message: string): string {
  if (/^(OOM|EXECABORT)/.test(message))
    return 'Redis is out of memory: raise maxmemory, or find out what fills it. Jobs wait meanwhile.';
  if (message.startsWith('READONLY')) return 'This is a replica: REDIS_URL must lead to the primary.';
  if (message.startsWith('MISCONF')) return "Redis can't save to its disk: make room there.";
  return 'Let the user of REDIS_URL run commands on keys of any name and on channels (ACL SETUSER).';
}

async function memory(redis: Redis): Promise<Finding> {
  const info = await redis.info('memory');
  const [most, policy] = [Number(fieldOf(info, 'maxmemory')), fieldOf(info, 'maxmemory_policy')];
  const name = `${about} memory`;
  if (!most) return fine(name, 'no limit');
  if (policy === 'noeviction') return fine(name, `limited to ${most} bytes, and nothing is evicted`);
  return problem(
    name,
    `limited to ${most} bytes, and what jobs need may be evicted (${policy})`,
    'Set maxmemory-policy to noeviction.',
  );
}

function fieldOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:([^\\r\\n]*)`, 'm').exec(info)?.[1];
}
