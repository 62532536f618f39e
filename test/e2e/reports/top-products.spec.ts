import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TopProductsFeed } from '../../../src/reports/index.js';
import type { ProductBody } from '../../support/bodies.js';
import { api, finance, placeAndPay, placeEach, scenario, worker } from '../../support/scenario.js';

scenario({ people: ['shopper', 'finance'], worker: true });

let redis: Redis;
let [mug, bowl]: ProductBody[] = [];
beforeAll(async () => {
  redis = new Redis(api.settings['REDIS_URL']!);
  [mug, bowl] = await Promise.all([api.product(1000), api.product(1000)]);
  await placeAndPay(3, mug!);
  await placeAndPay(5, bowl!);
  await placeAndPay(4, mug!);
  await placeEach(100, bowl!);
});
afterAll(() => redis?.quit());

interface Top {
  readonly rows: readonly { readonly productId: string; readonly units: number; readonly rank: number }[];
}
const top = async () => {
  const { rows } = (await api.get<Top>('/v1/reports/top-products', finance)).body;
  return rows.map(({ rank, productId, units }) => [rank, productId, units]);
};
const feed = () => worker.get(TopProductsFeed, { strict: false });
const state = () => redis.hgetall('till:top-products');
/** The figures in Redis, whatever the API says. */
const counted = async () => {
  const keys = await redis.keys('till:top-products:*:20*');
  const sums: Record<string, number> = {};
  const { generation = '' } = await state();
  for (const key of keys.filter((name) => name.includes(generation))) {
    const flat = await redis.zrange(key, 0, -1, 'WITHSCORES');
    for (let i = 0; i < flat.length; i += 2) sums[flat[i]!] = (sums[flat[i]!] ?? 0) + Number(flat[i + 1]);
  }
  return Object.values(sums).toSorted((a, b) => a - b);
};
const expected = () => [
  [1, mug!.id, 7],
  [2, bowl!.id, 5],
];
/** Redis has all confirmed orders. */
const settled = (...units: number[]) =>
  vi.waitFor(async () => expect([(await state())['complete'], await counted()]).toEqual(['1', units]), 10_000);

describe('The leaderboard of products', () => {
  beforeEach(() => settled(5, 7));

  it('has the pieces of confirmed orders, the most first', async () => expect(await top()).toEqual(expected()));

  it('counts an event once, however often and by how many it is counted', async () => {
    const before = await state();
    await redis.hset('till:top-products', 'complete', '0');
    await Promise.all(Array.from({ length: 5 }, () => feed().catchUp()));
    await settled(5, 7);
    expect((await state())['position']).toBe(before['position']);
  });

  it('is counted once by workers that begin at the same time', async () => {
    await redis.del('till:top-products');
    await Promise.all(Array.from({ length: 5 }, () => feed().catchUp()));
    await settled(5, 7);
    expect(await top()).toEqual(expected());
  });

  it('is read from the database while Redis is empty, and counted anew', async () => {
    await redis.flushdb();
    expect(await top()).toEqual(expected());
    await settled(5, 7);
    expect(await top()).toEqual(expected());
  });

  it('is counted anew when the log is another one than was counted', async () => {
    await redis.hset('till:top-products', { position: '999999', event: '00000000-0000-7000-8000-000000000000' });
    await vi.waitFor(async () => expect(Number((await state())['position'])).toBeLessThan(999_999), 10_000);
    await settled(5, 7);
    expect(await top()).toEqual(expected());
  });
});
