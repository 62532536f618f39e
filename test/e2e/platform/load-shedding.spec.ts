import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { scrape } from '../../support/metrics.js';
import { redisDatabase } from '../../support/redis.js';
import { type Person, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

/** Issues the tokens, so it is the same for both processes. */
const PUBLIC_URL = 'http://till.test';
/** More requests at once than a process can answer within the delay. */
const CROWD = 300;

describe('Load shedding', () => {
  let database: TestDatabase;
  let env: Record<string, string>;
  let api: BuiltProcess;
  let shop: Shop;
  let shopper: Person;

  beforeAll(async () => {
    database = await createDatabase();
    const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
    env = { ...servers, ...withoutQuotas, NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000', PUBLIC_URL };
    api = await startBuilt('main.js', { ...env, LOAD_SHEDDING_DELAY_MS: '20' });
    shop = shopAt(api.url, { ...env, DATABASE_URL: database.url });
    shopper = await shop.person();
  }, 180_000);
  afterAll(async () => {
    await shop?.leave();
    await api?.stop();
    await database?.drop();
  });

  const list = () => shop.get<{ code?: string }>('/v1/products?limit=100', shopper);
  const shed = async () => (await scrape(api.adminUrl)).series;
  /** Those that are refused; readiness may have another reason for a 503, as when the database is slow. */
  const refusedOf = async (paths: readonly string[]) => {
    const texts = await Promise.all(paths.map(async (path) => (await fetch(api.url + path)).text()));
    return paths.filter((_, index) => texts[index]!.includes('"code":"overloaded"'));
  };

  it('refuses lists in a crowd, and never a payment, a probe or a scrape', async () => {
    const mug = await shop.product(100);
    const orders = await Promise.all(
      Array.from({ length: 5 }, () => shop.place(shopper, [{ productId: mug.id, quantity: 1 }])),
    );
    const [paid, refused]: [number[], string[]] = [[], []];
    let refusal: Awaited<ReturnType<typeof list>> | undefined;
    const until = performance.now() + 60_000;
    const member = async () => {
      while (!(refusal && orders.length === 0) && performance.now() < until) {
        const answer = await list();
        if (answer.status !== 503) continue;
        refusal ??= answer;
        const order = orders.pop();
        if (!order) continue;
        paid.push((await shop.pay(shopper, order.body)).status);
        refused.push(...(await refusedOf(['/health/live', '/health/ready', '/metrics', '/status'])));
      }
    };
    await Promise.all(Array.from({ length: CROWD }, member));
    expect(refusal).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(Number(refusal?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(paid).toEqual([201, 201, 201, 201, 201]);
    expect(refused).toEqual([]);
    await expect.poll(async () => (await list()).status, { timeout: 30_000 }).toBe(200);
    const { series } = { series: await shed() };
    expect(series.get('till_requests_shed_total{priority="list"}')).toBeGreaterThan(0);
    expect([...series.keys()].filter((name) => name.includes('essential'))).toEqual([]);
  }, 180_000);
});
