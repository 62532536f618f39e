import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SignInLimit } from '../../../src/platform/throttling/index.js';
import { WindowStorage } from '../../../src/platform/throttling/window-storage.js';
import { loadConfig } from '../../../src/settings.js';
import { settingsOn } from '../../support/api.js';
import { redisDatabase } from '../../support/redis.js';

const open: { disconnect(): void }[] = [];
let limits: readonly SignInLimit[];

beforeAll(async () => {
  const url = await redisDatabase();
  const config = loadConfig(settingsOn({ DATABASE_URL: 'postgres://till@localhost/till', REDIS_URL: url }));
  const windowsOf = async (keyPrefix: string) => {
    const redis = new Redis(url, { keyPrefix });
    open.push(redis);
    await once(redis, 'ready');
    return new WindowStorage(redis);
  };
  const ofProcess = await windowsOf('');
  limits = [
    new SignInLimit(ofProcess, config),
    new SignInLimit(await windowsOf('till:shop:north:'), config, ofProcess),
    new SignInLimit(await windowsOf('till:shop:south:'), config, ofProcess),
  ];
});
afterAll(() => {
  for (const redis of open) redis.disconnect();
});

const begin = (shop: number, email: string, address: string, isKnown = false) =>
  limits[shop]!.begin(email, address, async () => isKnown);

it('One address that guesses in several shops of a process waits as if they were one', async () => {
  for (let guess = 0; guess < 5; guess += 1) await (await begin(guess % 3, `${guess}@a.test`, '192.0.2.1')).failed();
  for (const shop of [0, 1, 2]) {
    await expect(begin(shop, 'another@a.test', '192.0.2.1')).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(begin(shop, 'another@a.test', '192.0.2.2')).resolves.toBeDefined();
    // The owner of an account, who has signed in from there before.
    await expect(begin(shop, 'owner@a.test', '192.0.2.1', true)).resolves.toBeDefined();
  }
});

it('Failures of an account are those of one shop', async () => {
  for (let guess = 0; guess < 6; guess += 1)
    await (
      await begin(1, 'ada@a.test', `198.51.100.${guess}`).catch(() => ({ failed: async () => undefined }))
    ).failed();
  await expect(begin(1, 'ada@a.test', '203.0.113.1')).rejects.toMatchObject({ code: 'rate_limited' });
  await expect(begin(2, 'ada@a.test', '203.0.113.1')).resolves.toBeDefined();
});
