import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { createShop } from '../../../src/platform/database/index.js';
import { type Api, startApi, startWorker } from '../../support/api.js';
import { startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { pgbouncer, startPgBouncer } from '../../support/pgbouncer.js';
import { redisDatabase } from '../../support/redis.js';

// Several processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const where = pgbouncer ? '' : ' (not run: there is no pgbouncer on PATH; apt-get install pgbouncer)';
const IGNORING = 'ignore_startup_parameters = options';

describe.skipIf(!pgbouncer)(`A shop behind PgBouncer in transaction mode${where}`, () => {
  const role = `till_north_${randomBytes(4).toString('hex')}`;
  let database: TestDatabase;
  let owner: Client;
  let url: string;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>> | undefined;
  let api: Api | undefined;
  let worker: Awaited<ReturnType<typeof startWorker>> | undefined;

  beforeAll(async () => {
    database = await createDatabase();
    owner = new Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'of-north'`);
    await createShop(database.url, { slug: 'north', name: 'North', role }, { adapt: sandboxInShop });
    url = Object.assign(new URL(database.url), { username: role, password: 'of-north' }).href;
  }, 120_000);
  afterEach(async () => {
    await worker?.close();
    await api?.close();
    await bouncer?.stop();
  });
  afterAll(async () => {
    await owner?.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await owner?.end();
    await database?.drop();
  });
  const start = async (more: Readonly<Record<string, string>> = {}) => {
    bouncer = await startPgBouncer(url, IGNORING);
    return startApi({ SHOP: 'north', DATABASE_URL: bouncer.url, REDIS_URL: await redisDatabase(), ...more });
  };

  it('is refused where PgBouncer takes no options, at once and with a remedy', async () => {
    bouncer = await startPgBouncer(url);
    const started = startBuilt('main.js', {
      NODE_ENV: 'test',
      SHOP: 'north',
      DATABASE_URL: bouncer.url,
      REDIS_URL: await redisDatabase(),
    });
    await expect(started).rejects.toThrow('ignore_startup_parameters = options');
  }, 240_000);

  it('is not served while its role has no search_path, since PgBouncer would lead to the default shop', async () => {
    await expect(start({ LOG_LEVEL: 'silent' })).rejects.toThrow('instead of shop_north');
  });

  it('sells when the role of the shop has its search_path, and nothing of it is in the default shop', async () => {
    await owner.query(`ALTER ROLE ${role} SET search_path = shop_north`);
    api = await start();
    worker = await startWorker(api);
    const [shopper, mug] = [await api.person(), await api.product(100)];
    const bought = await Promise.all(
      Array.from({ length: 20 }, () => api!.checkOut(shopper, [{ productId: mug.id, quantity: 1 }])),
    );
    expect(new Set(bought.map(({ status, body }) => `${status} ${body.paymentStatus}`))).toEqual(new Set(['201 paid']));
    expect((await api.proof()).balanced).toBe(true);
    await expect.poll(() => api!.sql('SELECT FROM outbox LIMIT 1'), { timeout: 60_000 }).toEqual([]);
    expect((await owner.query('SELECT FROM public.orders')).rowCount).toBe(0);
    await expect(api.sql('SELECT FROM public.orders')).rejects.toMatchObject({ code: '42501' });
  });
});
