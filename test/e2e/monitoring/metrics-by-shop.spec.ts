import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetShop, inShop } from '../../../src/platform/metrics/index.js';
import type { Api } from '../../support/api.js';
import { apiStarter } from '../../support/api-starter.js';
import { scrape } from '../../support/metrics.js';

let api: Api;
let north: Api;
const { start, close } = apiStarter({ METRICS_BY_SHOP: 'on', LOG_LEVEL: 'fatal' });

/** Two shops in one process, each with an api and a worker of its own. */
beforeAll(async () => {
  api = await start();
  north = await inShop('north', start);
});
afterAll(close);

const series = async () => (await scrape(api.url)).series;
const login = ({ request }: Api) =>
  request('POST /v1/auth/login', { body: { email: 'nobody@till.test', password: 'not the password' } });

const failures = (shop: string) => `till_schedule_failures_total{schedule="expire_orders",shop="${shop}"}`;

describe('METRICS_BY_SHOP=on', () => {
  it('tells the gauges of shops apart', async () => {
    const all = await series();
    for (const shop of ['default', 'north']) {
      expect([shop, all.get(`till_database_connections_max{shop="${shop}"}`)]).toEqual([shop, 10]);
      expect(all.has(`till_schedule_last_success_timestamp_seconds{schedule="expire_orders",shop="${shop}"}`)).toBe(
        true,
      );
    }
  });

  it('tells requests, and what they count, apart', async () => {
    const [wanted, others] = ['north', 'default'].map((shop) => [
      `till_http_request_duration_seconds_count{method="POST",route="/v1/auth/login",status="401",shop="${shop}"}`,
      `till_sign_ins_refused_total{reason="invalid_credentials",shop="${shop}"}`,
    ]) as [string[], string[]];
    const before = await series();
    for (let n = 0; n < 2; n++) expect((await login(north)).status).toBe(401);
    const grown = async (names: string[]) => {
      const after = await series();
      return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
    };
    await expect.poll(() => grown(wanted), { timeout: 20_000 }).toEqual([2, 2]);
    expect(await grown(others)).toEqual([0, 0]);
  });

  it('tells what workers count apart', async () => {
    await north.sql('ALTER TABLE orders RENAME TO lost');
    await expect.poll(async () => (await series()).get(failures('north')), { timeout: 30_000 }).toBeGreaterThan(0);
    expect((await series()).get(failures('default'))).toBe(0);
    await north.sql('ALTER TABLE lost RENAME TO orders');
  });

  it('gives every series of Till the shop, but those of the process', async () => {
    const without = [...(await series()).keys()].filter((name) => name.startsWith('till_') && !name.includes('shop="'));
    expect(without.map((name) => name.replace(/\{.*/, ''))).toEqual(['till_build_info']);
    const shops = new Set([...(await series()).keys()].flatMap((name) => /shop="([^"]*)"/.exec(name)?.[1] ?? []));
    expect([...shops].toSorted()).toEqual(['default', 'north']);
  });

  it('has no gauge of a shop that has ended', async () => {
    forgetShop('north');
    const all = [...(await series()).keys()];
    expect(
      all.filter((name) =>
        /^till_(database_(connections|waiting|state)|schedule_last|live_connections\{).*north/.test(name),
      ),
    ).toEqual([]);
    expect(all).toContain('till_database_connections_max{shop="default"}');
  });
});
