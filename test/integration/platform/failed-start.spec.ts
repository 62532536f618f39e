import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ApiModule } from '../../../src/api.module.js';
import { createHttpApp } from '../../../src/platform/http/index.js';
import { inShop } from '../../../src/platform/metrics/index.js';
import { loadConfig } from '../../../src/settings.js';
import { WorkerModule } from '../../../src/worker.module.js';
import { freePort } from '../../../tools/servers/ports.js';
import { settingsOn } from '../../support/api.js';
import { redisDatabase } from '../../support/redis.js';

const SOON = { timeout: 20_000, interval: 50 };
let url: string;
let redis: Redis;
beforeAll(async () => {
  url = await redisDatabase();
  redis = new Redis(url);
});
afterAll(() => redis?.disconnect());

/** The connections to the database of Redis of this test, but for its own. */
const connections = async () => {
  const clients = (await redis.client('LIST')) as string;
  const db = new RegExp(` db=${new URL(url).pathname.slice(1)} `);
  const own = ` id=${await redis.client('ID')} `;
  return clients.split('\n').filter((line) => db.test(line) && !` ${line}`.includes(own));
};

it.each([
  ['api', ApiModule],
  ['worker', WorkerModule],
])(
  'the %s of a further shop whose database is away fails at once, and leaves no connection',
  async (_, module) => {
    const DATABASE_URL = `postgres://till@127.0.0.1:${await freePort()}/nothing`;
    const config = loadConfig({ ...settingsOn({ DATABASE_URL, REDIS_URL: url }), SHOP: 'north', LOG_LEVEL: 'silent' });
    const opened = vi.spyOn(Redis.prototype, 'connect');
    const began = performance.now();
    await expect(inShop('north', () => createHttpApp(module, config))).rejects.toThrow('ECONNREFUSED');
    expect(performance.now() - began).toBeLessThan(20_000); // TypeORM would try for 30 s
    expect(opened).toHaveBeenCalled();
    await vi.waitFor(async () => expect(await connections()).toEqual([]), SOON);
    opened.mockRestore();
  },
  60_000,
);
