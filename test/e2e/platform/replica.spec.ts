import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, printed } from '../../../src/doctor/index.js';
import { migrate } from '../../../src/platform/database/index.js';
import { type Api, type Person, startApi } from '../../support/api.js';
import type { OrderBody, PageBody, ProductBody } from '../../support/bodies.js';
import { scrape } from '../../support/metrics.js';
import { onServer, type PostgresPair, postgresPair } from '../../support/standby.js';

/** Two apis, with a real streaming standby that no commit waits for. */
let pair: PostgresPair;
let one: Api;
let other: Api;
let shopper: Person;
let mug: ProductBody;

beforeAll(async () => {
  pair = await postgresPair();
  await onServer(pair.primary.url, 'ALTER SYSTEM RESET synchronous_standby_names', 'SELECT pg_reload_conf()');
  await migrate(pair.primary.url);
  const env = { DATABASE_URL: pair.primary.url, DATABASE_REPLICA_URL: pair.standby.url };
  [one, other] = [await startApi(env), await startApi(env)];
  [shopper, mug] = [await one.person(), await one.product(1000)];
}, 120_000);
afterAll(async () => {
  await one?.close();
  await other?.close();
  await pair?.remove();
}, 60_000);

/** How many reads each kind served: of both apis, which share the registry of this process. */
async function served(): Promise<Record<string, number>> {
  const { series } = await scrape(one.url);
  const found = [...series].flatMap(([name, value]) => {
    const [, by] = /^till_replica_reads_total\{served="(.*)"\}$/.exec(name) ?? [];
    return by === undefined ? [] : [[by, value] as const];
  });
  return Object.fromEntries(found);
}

/** How much each kind served more than before, of those that did. */
async function servedDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await served();
  await work();
  const after = Object.entries(await served()).map(([by, count]) => [by, count - before[by]!] as const);
  return Object.fromEntries(after.filter(([, more]) => more > 0));
}

const place = async () => (await one.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
const newestAt = async (api: Api) => (await api.get<PageBody<OrderBody>>('/v1/orders?limit=1', shopper)).body.data[0];

/** Places an order at one api, and lists it at the other. */
async function placeAndList(): Promise<void> {
  const { id } = await place();
  expect((await newestAt(other))?.id).toBe(id);
}

/** Until this serves lists: a replica that failed is left alone for a second. */
const untilServedBy = (by: string) =>
  expect.poll(() => servedDuring(() => newestAt(other)), { timeout: 10_000 }).toEqual({ [by]: 1 });

describe('With a replica', () => {
  it('lists come from it, and show what was written a moment ago through another api', async () => {
    const during = await servedDuring(async () => {
      for (let count = 0; count < 40; count += 1) await placeAndList();
    });
    expect(during['replica']).toBeGreaterThan(20);
    expect(await endedOnStandby()).toContain('COMMIT');
  });

  it('lists of every kind are as those of the primary', async () => {
    const { token } = await one.admin();
    for (const path of ['products?q=mug', 'products', 'users', 'ledger/accounts', 'ledger/transactions', 'audit-log']) {
      const during = await servedDuring(async () => {
        expect([path, (await other.request(`GET /v1/${path}`, { token })).status]).toEqual([path, 200]);
      });
      expect([path, during]).toEqual([path, { replica: 1 }]);
    }
  });

  it('the doctor knows the replica', async () => {
    const said: string[] = [];
    for await (const finding of examine(one.settings)) if (finding.about === 'replica') said.push(printed(finding));
    expect(said).toEqual([expect.stringContaining('a standby of the primary, ')]);
  });

  it('single resources and writes use the primary', async () => {
    const during = await servedDuring(async () => {
      const { id } = await place();
      expect((await one.get(`/v1/orders/${id}`, shopper)).status).toBe(200);
    });
    expect(during).toEqual({});
  });

  it('a replica that lags is waited for a moment, then left alone for a second', async () => {
    await untilServedBy('replica');
    await onServer(pair.standby.url, 'SELECT pg_wal_replay_pause()');
    const during = await servedDuring(async () => {
      await placeAndList();
      await placeAndList();
    });
    expect(during).toEqual({ primary_behind: 1, primary_avoided: 1 });
    await onServer(pair.standby.url, 'SELECT pg_wal_replay_resume()');
    await untilServedBy('replica');
  });

  it('one that was promoted is none any more, however far its own log has come', async () => {
    await onServer(pair.standby.url, 'SELECT pg_promote(true)');
    await onServer(pair.standby.url, `INSERT INTO events SELECT * FROM events WHERE false`, 'SELECT pg_switch_wal()');
    await untilServedBy('primary_behind');
    expect(await servedDuring(placeAndList)).not.toHaveProperty('replica');
  });

  it('one that is away costs no list', async () => {
    await pair.standby.stop();
    await untilServedBy('primary_away');
    expect(await servedDuring(placeAndList)).not.toHaveProperty('replica');
  });
});

/** With what the transactions of the apis on the standby ended. */
async function endedOnStandby(): Promise<unknown[]> {
  const client = new Client({ connectionString: pair.standby.url });
  await client.connect();
  const { rows } = await client.query(`SELECT query FROM pg_stat_activity WHERE application_name = 'till'`);
  await client.end();
  return rows.map(({ query }) => query as unknown);
}
