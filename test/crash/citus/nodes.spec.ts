import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inCluster, inSchema, schemaOf } from '../../../src/platform/config/index.js';
import { createShop, migrate, moveShop } from '../../../src/platform/database/index.js';
import { type CitusCluster, type CitusNode, startCitus } from '../../../tools/servers/citus.js';
import { serveApi, settingsOn } from '../../support/api.js';
import { redisDatabase } from '../../support/redis.js';
import { systemCitus } from '../../support/system-postgres.js';
import { type Load, openLoop } from '../../support/open-loop.js';

const where = systemCitus ? '' : ' (not run: there is no PostgreSQL with Citus)';
const SLOW = 600_000;
const SLUGS = ['north', 'south', 'east'] as const;
type Slug = (typeof SLUGS)[number];
const PER_SECOND = 50;
/** Products and buyers of each shop: so many that no order waits for the one before. Orders of one buyer go one after the other. */
const SEVERAL = 20;
const FAILURES = 50;
const WAIT = { timeout: 60_000 };
const PLACES = `
  SELECT DISTINCT nodeport AS port FROM citus_shards WHERE table_name::text LIKE $1`;

const several = <T>(make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: SEVERAL }, make));
const other = (node: CitusNode) => (node === 'worker1' ? 'worker2' : 'worker1');

describe.skipIf(!systemCitus)(`The nodes of a Citus cluster${where}`, { timeout: SLOW }, () => {
  let cluster: CitusCluster;
  const shops = new Map<Slug, Awaited<ReturnType<typeof serveApi>>>();
  const shop = (slug: Slug) => shops.get(slug)!;
  const nodeOf = async (slug: Slug): Promise<CitusNode> => {
    const client = new Client({ connectionString: cluster.url });
    await client.connect();
    const { rows } = await client.query<{ port: number }>(PLACES, [`shop_${slug}.%`]);
    await client.end();
    return (['worker1', 'worker2'] as const).find(
      (node) => Number(new URL(cluster.urls[node]).port) === rows[0]!.port,
    )!;
  };
  const addressOf = (node: CitusNode) => new URL(cluster.urls[node]).host;
  /** Buys from each shop in turn, at a steady rate, whatever becomes of the orders before. No two of the next SEVERAL orders wait for one row, or for one buyer. */
  const load = async (): Promise<Load<Slug>> => {
    const buyers = new Map<Slug, () => Promise<{ status: number; headers: Headers; body: { id: string } }>>();
    for (const slug of SLUGS) {
      const { person, product, checkOut } = shop(slug);
      const products = await several(() => product(1_000_000));
      const persons = await several(() => person());
      let count = 0;
      buyers.set(slug, () => {
        const next = (count += 1) % SEVERAL;
        return checkOut(persons[next]!, [{ productId: products[next]!.id, quantity: 1 }]);
      });
    }
    return openLoop(buyers, PER_SECOND);
  };
  /** Until each of the shops has sold so many more. */
  const sell = async (running: Load<Slug>, slugs: readonly Slug[], more: number) => {
    for (const slug of slugs) {
      const wanted = running.acknowledged(slug).length + more;
      await expect.poll(() => running.acknowledged(slug).length, WAIT).toBeGreaterThanOrEqual(wanted);
    }
  };
  /** Those of a shop that are in none of its rows, though they were acknowledged. */
  const lost = async (slug: Slug, ids: readonly string[]) => {
    const missing: string[] = [];
    for (const id of ids) {
      const { status } = await shop(slug).get(`/v1/orders/${id}`, await shop(slug).admin());
      if (status !== 200) missing.push(id);
    }
    return missing;
  };
  const assertWhole = async (all: Load<Slug>) => {
    for (const slug of SLUGS) {
      expect(await lost(slug, all.acknowledged(slug))).toEqual([]);
      expect(await shop(slug).proof()).toMatchObject({ balanced: true });
    }
  };

  beforeAll(async () => {
    cluster = await startCitus(systemCitus!);
    await migrate(cluster.url);
    for (const slug of SLUGS) {
      await createShop(cluster.url, { slug, name: slug, role: null }, { adapt: sandboxInShop, citus: true });
    }
    for (const slug of SLUGS) {
      const servers = {
        DATABASE_URL: inSchema(inCluster(cluster.url), schemaOf(slug)),
        REDIS_URL: await redisDatabase(),
      };
      const settings = { ...settingsOn(servers), SHOP: slug, DATABASE_CITUS: 'on' };
      shops.set(slug, await serveApi(settings, { ...settings, DATABASE_URL: cluster.url }));
    }
  }, SLOW);
  afterAll(async () => {
    for (const api of shops.values()) await api.close();
    await cluster?.remove();
  }, SLOW);

  it('move a shop that sells: no order is lost, and none is refused for longer than two seconds', async () => {
    const from = await nodeOf('north');
    const running = await load();
    await sell(running, SLUGS, 30);
    const { pauseMs } = await moveShop(cluster.url, 'north', addressOf(other(from)));
    await sell(running, SLUGS, 30);
    await running.end();
    process.stderr.write(`moved: ${JSON.stringify({ pauseMs, ...running.summary() })}\n`);
    await assertWhole(running);
    expect(await nodeOf('north')).toBe(other(from));
    for (const slug of SLUGS) {
      expect(running.longestFailureMs(slug)).toBeLessThan(2000);
      expect(running.failures(slug).filter(({ status }) => status !== 503)).toEqual([]);
    }
  });

  it('die alone: their shops get 503 at once, the others notice nothing, and nothing is lost when they return', async () => {
    const dead = await nodeOf('north');
    const [away, here] = [[], []] as [Slug[], Slug[]];
    for (const slug of SLUGS) ((await nodeOf(slug)) === dead ? away : here).push(slug);
    expect(here).not.toEqual([]);
    const running = await load();
    await sell(running, SLUGS, 30);
    process.kill(cluster.pid(dead), 'SIGKILL');
    for (const slug of away)
      await expect.poll(() => running.failures(slug).length, WAIT).toBeGreaterThanOrEqual(FAILURES);
    await sell(running, here, 30);
    await cluster.start(dead);
    await sell(running, SLUGS, 30);
    await running.end();
    process.stderr.write(`killed: ${JSON.stringify({ away, here, ...running.summary() })}\n`);
    await assertWhole(running);
    for (const slug of here) expect(running.failures(slug)).toEqual([]);
    for (const slug of away) {
      const failures = running.failures(slug);
      expect(failures).not.toEqual([]);
      expect(new Set(failures.map(({ status }) => status))).toEqual(new Set([503]));
      expect(failures.filter(({ retryAfter }) => retryAfter === null)).toEqual([]);
    }
  });
});
