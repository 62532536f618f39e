import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inSchema, schemaOf } from '../../../src/platform/config/index.js';
import { createShop } from '../../../src/platform/database/index.js';
import { builtEntry } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';
import { asRunningRole, RUNNING_ROLE } from '../../support/running-role.js';
import { type Shop, shopAt, withoutQuotas } from '../../support/shop.js';
import { settingsOfShops } from '../../support/shops.js';

vi.setConfig({ testTimeout: 240_000 });

const SOON = { timeout: 150_000, interval: 250 };
const slugs = ['north', 'south'] as const;
type Slug = (typeof slugs)[number];
const suffix = randomBytes(4).toString('hex');
const roleOf = (slug: Slug) => `till_${slug}_${suffix}`;
/** The URL of the database for the role of a shop. */
const urlOf = (slug: Slug) => Object.assign(new URL(database.url), { username: roleOf(slug), password: 'secret' }).href;

let database: TestDatabase;
let owner: Client;
let processes: readonly BuiltProcess[] = [];
let shops: Readonly<Record<Slug, Shop>>;

beforeAll(async () => {
  database = await createDatabase();
  owner = new Client({ connectionString: database.url });
  await owner.connect();
  for (const slug of slugs) {
    await owner.query(`CREATE ROLE ${roleOf(slug)} LOGIN PASSWORD 'secret'`);
    await createShop(database.url, { slug, name: slug, role: roleOf(slug) }, { adapt: sandboxInShop });
  }
  await owner.query(
    `GRANT USAGE ON SCHEMA till_shops TO ${RUNNING_ROLE}; GRANT SELECT ON till_shops.shops TO ${RUNNING_ROLE}`,
  );
  const servers = { DATABASE_URL: asRunningRole(database.url), REDIS_URL: await redisDatabase() };
  const settings = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas, ...servers };
  const directory = await settingsOfShops({
    _common: withoutQuotas,
    north: { DATABASE_URL: urlOf('north') },
    south: { DATABASE_URL: urlOf('south') },
  });
  await builtEntry('main.js');
  const hosting = { ...settings, SHOPS: 'all', SHOPS_SETTINGS_DIRECTORY: directory };
  processes = [await startBuilt('main.js', hosting), await startBuilt('worker.js', hosting)];
  const shopOf = (slug: Slug) => {
    const own = { ...settings, SHOP: slug, PUBLIC_URL: 'http://localhost:0' };
    const DATABASE_URL = inSchema(database.url, schemaOf(slug));
    return shopAt(processes[0]!.url, { ...own, DATABASE_URL }, { 'till-shop': slug });
  };
  shops = { north: shopOf('north'), south: shopOf('south') };
}, 480_000);
afterAll(async () => {
  for (const slug of slugs) await shops?.[slug].leave();
  for (const one of processes) await one.stop();
  for (const slug of slugs) await owner?.query(`DROP OWNED BY ${roleOf(slug)}; DROP ROLE ${roleOf(slug)}`);
  await owner?.end();
  await database?.drop();
});

describe('Two shops with a role of the database each, in one process', () => {
  it.each(slugs)('sell, and the worker does what follows: %s', async (slug) => {
    const shop = shops[slug];
    const { id: productId } = await shop.product(5);
    const { status, body } = await shop.checkOut(await shop.person(), [{ productId, quantity: 1 }]);
    expect([status, body]).toMatchObject([201, { paymentStatus: 'paid' }]);
    const open = `SELECT FROM outbox UNION ALL SELECT FROM event_deliveries WHERE status <> 'done'`;
    await expect.poll(() => shop.sql(open), SOON).toEqual([]);
  });

  it('connect as these roles alone', async () => {
    for (const slug of slugs) {
      const { rows } = await owner.query(
        `SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'till ${schemaOf(slug)}'`,
      );
      expect(rows).toEqual([{ usename: roleOf(slug) }]);
    }
  });

  it('can read nothing of each other, and nothing of the default shop', async () => {
    const north = new Client({ connectionString: urlOf('north') });
    await north.connect();
    expect((await north.query('SELECT count(*)::int AS orders FROM shop_north.orders')).rows).toEqual([{ orders: 1 }]);
    for (const table of ['shop_south.orders', 'public.orders'])
      await expect(north.query(`SELECT FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    await north.end();
  });
});
