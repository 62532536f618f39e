import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { silentCollector } from '../../support/collector.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';
import { asRunningRole } from '../../support/running-role.js';
import { type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

/** Issues the tokens, so it is the same for all processes. */
const PUBLIC_URL = 'http://till.test';
/** Orders, of which each makes more than ten spans: more than wait for a collector. */
const ORDERS = 240;
const AT_ONCE = 20;

const COLLECTORS = {
  'that is not there': async () => ({ url: `http://127.0.0.1:${await freePort()}`, close: () => undefined }),
  'that takes spans and never answers': silentCollector,
};

describe.each(Object.entries(COLLECTORS))('A collector of traces %s', (_, start) => {
  let database: TestDatabase;
  let collector: Awaited<ReturnType<typeof start>>;
  let api: BuiltProcess;
  let shop: Shop;

  beforeAll(async () => {
    database = await createDatabase();
    collector = await start();
    const servers = { DATABASE_URL: asRunningRole(database.url), REDIS_URL: await redisDatabase() };
    const env = { ...servers, ...withoutQuotas, NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000', PUBLIC_URL };
    api = await startBuilt('main.js', { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    shop = shopAt(api.url, { ...env, DATABASE_URL: database.url });
  }, 180_000);
  afterAll(async () => {
    await shop?.leave();
    await api?.stop();
    collector?.close();
    await database?.drop();
  });

  it('costs no request: all are paid, one warning a minute says so, and the process ends as asked', async () => {
    const [shopper, mug] = [await shop.person(), await shop.product(ORDERS)];
    const statuses: number[] = [];
    const buy = async () => {
      while (statuses.length <= ORDERS - AT_ONCE)
        statuses.push((await shop.checkOut(shopper, [{ productId: mug.id, quantity: 1 }])).status);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, buy));
    expect(new Set(statuses)).toEqual(new Set([201]));
    const [sold] = await shop.sql(
      `SELECT count(*)::int AS paid FROM orders WHERE status = 'confirmed' AND captured_amount = total`,
    );
    expect(sold).toEqual({ paid: statuses.length });

    const warnings = () => api.log().filter(({ msg }) => /collector of traces takes no spans/.test(String(msg)));
    await expect.poll(() => warnings().length, { timeout: 30_000 }).toBe(1);
    expect(api.log().filter(({ level }) => level === 'error')).toEqual([]);
    expect(await api.stop()).toBe(0);
    expect(warnings()).toHaveLength(1);
  }, 120_000);
});
