import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetShop, inShop } from '../../../src/platform/metrics/index.js';
import type { Api } from '../../support/api.js';
import { apiStarter } from '../../support/api-starter.js';
import { scrape } from '../../support/metrics.js';

let api: Api;
const { start, close } = apiStarter({ LOG_LEVEL: 'fatal' });

/** Two shops in one process, each with an api and a worker of its own. The healthy one is the last. */
beforeAll(async () => {
  api = await start();
  await inShop('north', start);
});
afterAll(close);

const valueOf = async (series: string) => (await scrape(api.url)).series.get(series);
const LATEST = { timeout: 30_000 };

describe('Metrics of a process with two shops', () => {
  it('add up what both have', async () => {
    expect(await valueOf('till_database_connections_max')).toBe(20);
    expect(await valueOf('till_live_connections{transport="sse"}')).toBe(0);
  });

  it('show the shop that lacks a migration, which is not ready either', async () => {
    await expect.poll(() => valueOf('till_migrations_pending'), LATEST).toBe(0);
    const [last] = await api.sql('DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING *');
    await expect.poll(() => valueOf('till_migrations_pending'), LATEST).toBe(1);
    await expect.poll(() => valueOf('till_health_check_up{check="migrations"}'), LATEST).toBe(0);
    await api.sql('INSERT INTO migrations SELECT * FROM jsonb_populate_record(NULL::migrations, $1)', [last]);
    await expect.poll(() => valueOf('till_migrations_pending'), LATEST).toBe(0);
  });

  it('show since when a job fails in one of them', async () => {
    const job = '{schedule="expire_orders"}';
    const failures = async () => (await valueOf(`till_schedule_failures_total${job}`))!;
    await api.sql('ALTER TABLE orders RENAME TO lost');
    const before = await failures();
    await expect.poll(failures, LATEST).toBeGreaterThan(before);
    const failedAt = Date.now() / 1000;
    await expect.poll(failures, LATEST).toBeGreaterThan(before + 1);
    expect(await valueOf(`till_schedule_last_success_timestamp_seconds${job}`)).toBeLessThan(failedAt);
    await api.sql('ALTER TABLE lost RENAME TO orders');
    await expect
      .poll(() => valueOf(`till_schedule_last_success_timestamp_seconds${job}`), LATEST)
      .toBeGreaterThan(failedAt);
  });

  it('have each metric once, and the process once', async () => {
    const { text, series } = await scrape(api.url);
    const helps = text.match(/^# HELP \S+/gm)!;
    expect(new Set(helps).size).toBe(helps.length);
    expect([...series.keys()].filter((name) => name.startsWith('till_build_info'))).toHaveLength(1);
    expect([...series.keys()].filter((name) => name.includes('shop='))).toEqual([]);
  });

  it('lose the gauges of a shop that has ended', async () => {
    forgetShop('north');
    expect(await valueOf('till_database_connections_max')).toBe(10);
  });
});
