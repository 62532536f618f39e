import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ChangedShops } from '../../../src/platform/shops/changed-shops.js';
import { HeardChanges } from '../../../src/platform/shops/heard-changes.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

let server: OwnServer;
beforeAll(async () => {
  server = await ownRedis();
});
afterAll(() => server?.remove());

let api: Redis;
let worker: Redis;
let heard: HeardChanges;
let slugs: string[];
let misses: number;
beforeEach(async () => {
  [api, worker] = [new Redis(server.url), new Redis(server.url)];
  [slugs, misses] = [[], 0];
  heard = new HeardChanges(
    worker,
    (slug) => slugs.push(slug),
    () => (misses += 1),
  );
  await vi.waitUntil(() => heard.isLive);
});
afterEach(() => {
  heard.end();
  api.disconnect();
  worker.disconnect();
});

it('A worker hears which shops change, each of them once in a while', async () => {
  const changed = new ChangedShops(api);
  for (const slug of ['north', 'north', 'south']) changed.note(slug);
  await expect.poll(() => slugs).toEqual(['north', 'south']);
});

it('A worker that lost Redis knows that it may have missed changes, and hears them again', async () => {
  expect(misses).toBe(1);
  await api.client('KILL', 'TYPE', 'pubsub');
  await expect.poll(() => misses, { timeout: 10_000 }).toBe(2);
  expect(heard.isLive).toBe(true);
  new ChangedShops(api).note('north');
  await expect.poll(() => slugs).toEqual(['north']);
});

it('A worker that has ended hears nothing', () => {
  heard.end();
  expect(heard.isLive).toBe(false);
});
