import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inCluster, inSchema, schemaOf } from '../../../src/platform/config/index.js';
import { createShop, deleteShop, migrate, stateOf, withDirectory } from '../../../src/platform/database/index.js';
import { type CitusCluster, startCitus } from '../../../tools/servers/citus.js';
import { serveApi, settingsOn } from '../../support/api.js';
import { redisDatabase } from '../../support/redis.js';
import { createRunningRole, RUNNING_PASSWORD, RUNNING_ROLE } from '../../support/running-role.js';
import { systemCitus } from '../../support/system-postgres.js';

const where = systemCitus ? '' : ' (not run: there is no PostgreSQL with Citus)';
const SLOW = 300_000;

const on = async (url: string, sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
};

describe.skipIf(!systemCitus)(`A shop in a Citus cluster${where}`, { timeout: SLOW }, () => {
  let cluster: CitusCluster;
  let shop: Awaited<ReturnType<typeof serveApi>>;
  const create = (slug: string, role: string | null = null) =>
    createShop(cluster.url, { slug, name: slug, role }, { adapt: sandboxInShop, citus: true });

  beforeAll(async () => {
    cluster = await startCitus(systemCitus!, { roles: { [RUNNING_ROLE]: RUNNING_PASSWORD } });
    await migrate(cluster.url);
    await create('north');
    await createRunningRole(cluster.url);
    await create('south', RUNNING_ROLE);
    const settings = {
      ...settingsOn({
        DATABASE_URL: inSchema(inCluster(cluster.url), schemaOf('north')),
        REDIS_URL: await redisDatabase(),
      }),
      SHOP: 'north',
      DATABASE_CITUS: 'on',
    };
    shop = await serveApi(settings, { ...settings, DATABASE_URL: cluster.url });
  }, SLOW);
  afterAll(async () => {
    await shop?.close();
    await cluster?.remove();
  }, SLOW);

  it('is whole on one worker, also when it is made again', async () => {
    await create('north');
    const nodes = await on(
      cluster.url,
      `SELECT nodeport, count(*) > 50 AS all FROM citus_shards WHERE table_name::text LIKE 'shop_north.%' GROUP BY 1`,
    );
    const ports = [cluster.urls.worker1, cluster.urls.worker2].map((url) => Number(new URL(url).port));
    expect(nodes).toEqual([{ nodeport: expect.toSatisfy((port) => ports.includes(port as number)), all: true }]);
  });

  it('lets its role read all tables and views on each node', async () => {
    const forbidden = `SELECT relname FROM pg_class WHERE relnamespace = 'shop_south'::regnamespace AND relkind IN ('r', 'p', 'v')
      AND NOT has_table_privilege($1, oid, 'SELECT')`;
    for (const url of Object.values(cluster.urls)) expect(await on(url, forbidden, [RUNNING_ROLE])).toEqual([]);
  });

  it('says through the coordinator which migrations it has', async () => {
    const shops = await withDirectory(cluster.url, (directory) => directory.listMigrations());
    const states = shops.map(async ({ slug, migrations }) => [slug, await stateOf(migrations)]);
    expect(await Promise.all(states)).toEqual([
      ['north', 'current'],
      ['south', 'current'],
    ]);
  });

  it('sells through connections to that node', async () => {
    const [mug, buyer] = [await shop.product(5), await shop.person()];
    const { status, body } = await shop.checkOut(buyer, [{ productId: mug.id, quantity: 2 }]);
    expect([status, body.payment.id]).toEqual([201, expect.stringMatching(/^pay_/)]);
    expect(await shop.stockOf(mug)).toMatchObject({ onHand: 5, reserved: 2 });
    expect(await shop.proof()).toMatchObject({ balanced: true });
    const urls = [cluster.urls.worker1, cluster.urls.worker2];
    const asked = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'till shop_north'`;
    const [own] = await on(urls[0]!, asked);
    const [other] = await on(urls[1]!, asked);
    const [coordinator] = await on(cluster.url, asked);
    expect([own!['n'] === 0 || other!['n'] === 0, own!['n'] === other!['n'], coordinator!['n']]).toEqual([
      true,
      false,
      0,
    ]);
  });

  it('refuses what the database refuses with the error of plain PostgreSQL', async () => {
    const mug = await shop.product(1, { sku: 'same' });
    const { token } = await shop.admin();
    const body = { sku: 'same', name: 'Mug', price: { amount: 1000, currency: 'EUR' } };
    expect(await shop.post('/v1/products', { token, body })).toMatchObject({
      status: 409,
      body: { code: 'sku_taken' },
    });
    const buyer = await shop.person();
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => shop.checkOut(buyer, [{ productId: mug.id, quantity: 1 }])),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    const key = 'once-and-for-all';
    const same = await shop.product(9);
    const twice = await Promise.all(
      [1, 2].map(() => shop.checkOut(buyer, [{ productId: same.id, quantity: 1 }], {}, { key })),
    );
    expect(new Set(twice.map(({ body }) => body.id)).size).toBe(1);
  });

  it('checks an order of which a part is cancelled', async () => {
    const [mug, buyer] = [await shop.product(9), await shop.person()];
    const lines = [{ productId: mug.id, quantity: 2 }];
    const { body: order } = await shop.checkOut(buyer, lines);
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    const path = `/v1/orders/${order.id}/cancellation`;
    expect(await shop.post(path, { token: buyer.token, body })).toMatchObject({ status: 201, body: { total: 1000 } });
  });

  it('is deleted from all nodes', async () => {
    await create('short-lived');
    await withDirectory(cluster.url, (directory) => directory.setStatus('short-lived', 'suspended'));
    await deleteShop(cluster.url, 'short-lived', () => Promise.resolve());
    for (const url of Object.values(cluster.urls)) {
      expect(await on(url, `SELECT FROM pg_namespace WHERE nspname = 'shop_short_lived'`)).toEqual([]);
    }
  });
});
