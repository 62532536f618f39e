import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { builtEntry } from '../../support/build.js';
import { startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

const RIGHT = 'right-canary-4711';
const WRONG = 'wrong-canary-4712';

let database: TestDatabase;
let redis: OwnServer;
let owner: Redis;
beforeAll(async () => {
  await builtEntry('worker.js');
  [database, redis] = await Promise.all([createDatabase(), ownRedis()]);
  owner = new Redis(redis.url);
  await owner.config('SET', 'requirepass', RIGHT);
}, 240_000);
afterAll(async () => {
  owner?.disconnect();
  await redis?.remove();
  await database?.drop();
});

const urlWith = (userInfo: string) => redis.url.replace('redis://', `redis://${userInfo}`);
const envWith = (userInfo: string) => ({
  NODE_ENV: 'test',
  DATABASE_URL: database.url,
  REDIS_URL: urlWith(userInfo),
  LOG_LEVEL: 'trace',
});

describe('a Redis that refuses user or password', () => {
  it.each<['main.js' | 'worker.js', string, string, string]>([
    ['main.js', 'a wrong password', `:${WRONG}@`, 'WRONGPASS'],
    ['worker.js', 'a wrong password', `:${WRONG}@`, 'WRONGPASS'],
    ['worker.js', 'a wrong user', `nobody:${WRONG}@`, 'WRONGPASS'],
    ['worker.js', 'no password', '', 'NOAUTH'],
  ])('ends the start of %s with %s, in one line', async (entry, _, userInfo, code) => {
    const said = await startBuilt(entry, envWith(userInfo)).then(String, ({ message }: Error) => message);
    expect(said).toMatch(
      new RegExp(`ended \\(1\\): .*\\n  - REDIS_URL: Redis refuses its user or password \\(${code}.*\\n$`),
    );
    expect(said).not.toContain(WRONG);
  });

  it('says that it refuses SUBSCRIBE, without which a process keeps nothing in memory', async () => {
    await owner.acl('SETUSER', 'deaf', 'on', `>${RIGHT}`, '~*', '&*', '+@all', '-subscribe');
    const api = await startBuilt('main.js', envWith(`deaf:${RIGHT}@`));
    try {
      await fetch(`${api.url}/v1/products`);
      const said = expect.objectContaining({ level: 'warn', reason: expect.stringContaining('NOPERM') });
      await vi.waitFor(() => expect(api.log()).toContainEqual(said), { timeout: 10_000 });
    } finally {
      await api.stop();
    }
  });

  it('is waited for when it begins to refuse while the worker runs: no crash, no secret, and jobs run again', async () => {
    const worker = await startBuilt('worker.js', envWith(`:${RIGHT}@`));
    const state = async () => ((await (await fetch(`${worker.url}/health/ready`)).json()) as { status: string }).status;
    try {
      await expect.poll(state, { timeout: 10_000 }).toBe('ok');
      await owner.config('SET', 'requirepass', 'another');
      await owner.client('KILL', 'SKIPME', 'yes', 'TYPE', 'normal');
      await expect.poll(state, { timeout: 10_000 }).toBe('degraded');
      await vi.waitFor(
        () =>
          expect(worker.log()).toContainEqual(
            expect.objectContaining({
              connection: 'queue-mail-client',
              level: 'warn',
              reason: 'RedisRefuses WRONGPASS',
            }),
          ),
        { timeout: 10_000 },
      );
      await owner.config('SET', 'requirepass', RIGHT);
      await expect.poll(state, { timeout: 10_000 }).toBe('ok');
      await vi.waitFor(
        () =>
          expect(worker.log()).toContainEqual(
            expect.objectContaining({ connection: 'queue-mail-client', msg: 'Redis is back' }),
          ),
        { timeout: 10_000 },
      );
      expect(JSON.stringify(worker.log())).not.toContain(RIGHT);
    } finally {
      expect(await worker.stop()).toBe(0);
    }
  });
});
