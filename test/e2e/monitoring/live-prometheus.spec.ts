import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { prometheus, startPrometheus } from '../../support/prometheus.js';
import { ownPostgres, ownRedis, type OwnServer } from '../../support/servers.js';
import { type Settings, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

/** Scrapes are five seconds apart, on a machine that may be busy. */
const SOON = { timeout: 60_000, interval: 250 };

// As they are, but for the time that a fault must last: nobody waits for minutes here.
const RULES = readFileSync('monitoring/prometheus/till.rules.yml', 'utf8');
const AT_ONCE = RULES.replaceAll(/ for: \d+[mh]$/gm, ' for: 0s');

describe.skipIf(!prometheus)('A Prometheus with the alert rules, beside live processes', () => {
  let postgres: OwnServer;
  let redis: OwnServer;
  let settings: Settings;
  let api: BuiltProcess;
  let worker: BuiltProcess;
  let shop: Shop;
  let watch: Awaited<ReturnType<typeof startPrometheus>>;

  beforeAll(async () => {
    [postgres, redis] = [await ownPostgres(), await ownRedis()];
    const servers = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
    settings = { ...servers, ...withoutQuotas, NODE_ENV: 'test', PUBLIC_URL: 'http://till.test' };
    await runCli(['migrate'], settings);
    [api, worker] = await Promise.all([startBuilt('main.js', settings), startBuilt('worker.js', settings)]);
    shop = shopAt(api.url, settings);
    watch = await startPrometheus([api.adminUrl, worker.adminUrl], AT_ONCE);
  }, 180_000);
  afterAll(async () => {
    await watch?.stop();
    await shop?.leave();
    await Promise.all([api, worker].map((one) => one?.stop()));
    await Promise.all([postgres, redis].map((one) => one?.remove()));
  });

  const firing = () => watch.firing();

  it('reads both, evaluates every rule, and raises nothing while nothing is wrong', async () => {
    await expect.poll(() => watch.up(), SOON).toBe(2);
    const [shopper, mug] = [await shop.person(), await shop.product(10)];
    expect((await shop.checkOut(shopper, [{ productId: mug.id, quantity: 1 }])).status).toBe(201);
    const unwell = async () => (await watch.rules()).filter(({ health }) => health !== 'ok').map(({ name }) => name);
    await expect.poll(unwell, SOON).toEqual([]);
    expect((await watch.rules()).length).toBe(RULES.match(/^ +- (alert|record): /gm)!.length);
    await expect.poll(firing, SOON).toEqual([]);
  }, 120_000);

  it('raises exactly one alert without Redis, and none when it is back', async () => {
    await redis.stop();
    await expect.poll(firing, SOON).toEqual(['TillRedisDown']);
    await redis.start();
    await expect.poll(firing, SOON).toEqual([]);
  }, 120_000);

  it('raises exactly one alert when PostgreSQL takes no writes, and none when it does again', async () => {
    const { pathname } = new URL(postgres.url);
    const all = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const readOnly = (setting: 'on' | 'off') =>
      shop.sql(`ALTER DATABASE ${pathname.slice(1)} SET default_transaction_read_only = ${setting}`);
    await readOnly('on');
    await shop.sql(all);
    await expect.poll(firing, SOON).toEqual(['TillDatabaseReadOnly']);
    await shop.sql('SET default_transaction_read_only = off');
    await readOnly('off');
    await shop.sql(all);
    await expect.poll(firing, SOON).toEqual([]);
  }, 120_000);

  it('raises exactly one alert without PostgreSQL, and none when it is back', async () => {
    await postgres.stop();
    await expect.poll(firing, SOON).toEqual(['TillDatabaseDown']);
    await postgres.start();
    await expect.poll(firing, SOON).toEqual([]);
  }, 120_000);

  it('raises exactly one alert when the only worker is dead', async () => {
    worker.child.kill('SIGKILL');
    await expect.poll(firing, SOON).toEqual(['TillWorkerAbsent']);
  }, 120_000);
});
