import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { createShop } from '../../../src/platform/database/index.js';
import { inClone } from '../../../tools/servers/paths.js';
import { builtEntry } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

// Processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const SOON = { timeout: 60_000, interval: 100 };
const CRASHED = 'an error that nobody caught ends the application of a shop';
let database: TestDatabase;
let env: Record<string, string>;
let running: BuiltProcess | undefined;

beforeAll(async () => {
  database = await createDatabase();
  const NODE_OPTIONS = `--import=${pathToFileURL(inClone('test', 'support', 'crashing.mjs')).href}`;
  env = { NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: await redisDatabase(), SHOPS: 'all', NODE_OPTIONS };
  for (const slug of ['north', 'south'])
    await createShop(database.url, { slug, name: slug, role: null }, { adapt: sandboxInShop });
  await builtEntry('main.js');
}, 480_000);
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(() => database?.drop());

const linesOf = (slug: string, text: string) =>
  running!.log().filter(({ msg, shop }) => msg === text && shop === slug).length;
const ask = async (slug: string, requestId = 'plain') =>
  (await fetch(`${running!.url}/`, { headers: { 'till-shop': slug, 'x-request-id': requestId } })).status;

describe('An error that nobody catches', () => {
  it.each(['exception', 'rejection'])(
    'ends the application of its shop in an api, which starts anew, and no other (%s)',
    async (kind) => {
      running = await startBuilt('main.js', env);
      for (const slug of ['north', 'south']) expect(await ask(slug)).toBe(200);
      await ask('north', kind).catch(() => undefined); // the connection may be cut off
      await vi.waitFor(() => expect(linesOf('north', CRASHED)).toBe(1), SOON);
      expect([await ask('south'), await ask('default')]).toEqual([200, 200]);
      await vi.waitFor(async () => expect(await ask('north')).toBe(200), SOON);
      expect([linesOf('north', 'serving a shop'), linesOf('south', 'serving a shop')]).toEqual([2, 1]);
      expect(await running.stop()).toBe(0);
    },
  );

  it('ends the application of its shop in a worker, which starts anew, and no other', async () => {
    running = await startBuilt('worker.js', { ...env, CRASH_SCHEMA: 'shop_north' });
    await vi.waitFor(() => expect(linesOf('north', CRASHED)).toBe(1), SOON);
    await vi.waitFor(() => expect(linesOf('north', 'serving a shop')).toBeGreaterThan(0), SOON);
    await vi.waitFor(() => expect(linesOf('south', 'serving a shop')).toBe(1), SOON);
    expect(await running.stop()).toBe(0);
  });

  it('ends the process when it belongs to no further shop', async () => {
    running = await startBuilt('main.js', env);
    const ended = new Promise((resolve) => running!.child.once('exit', resolve));
    await ask('default', 'exception').catch(() => undefined);
    expect(await ended).toBe(1);
  });
});
