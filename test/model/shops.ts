import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { databaseOf, ways } from './ground.js';
import { KilledWorker } from './killed-worker.js';
import type * as parts from './parts.js';
import { type Api, closeAtOnce, noteIn, type Servers, type Till, tillOf } from './till.js';
import { watch } from './watched.js';

type Parts = typeof parts;
type Config = ReturnType<Parts['loadConfig']>;
type Variables = Readonly<Record<string, string>>;

/** What is one shop's own before any process serves it. */
interface Ground {
  readonly slug: string;
  readonly pool: Pool;
  readonly watching: Parameters<typeof watch>[2];
  readonly tally: Map<string, number>;
}

export interface Shops {
  readonly tills: readonly Till[];
  readonly worker: KilledWorker;
  close(): Promise<void>;
}

/**
 * The default shop and further ones of one database, which is migrated: all served by two hosting instances of the api, in this process, and by one
 * worker process, whose entry point is `entry`. What runs name has the same names in all of them.
 */
export async function startShops(
  given: Parts,
  servers: Servers,
  further: readonly string[],
  entry: URL,
): Promise<Shops> {
  for (const slug of further) {
    await given.createShop(servers.databaseUrl, { slug, name: slug, role: null }, { adapt: given.sandboxInShop });
  }
  const grounds = ['default', ...further].map((slug) => groundOf(given, servers.databaseUrl, slug));
  const environment = await environmentOf(servers);
  const worker = new KilledWorker(entry, environment, grounds[0]!.pool);
  const workers = grounds.map(({ slug, watching }) => worker.of(slug, watching.time, watching.note));
  const apis = [await hostApi(given, environment, grounds), await hostApi(given, environment, grounds)] as const;
  await worker.start();
  const tills = grounds.map(({ slug, watching: { database, time }, tally }, n) => {
    let count = 0;
    const name = () => `the-same-${(count += 1)}`;
    const both = [apis[0].of(slug), apis[1].of(slug)] as const;
    return tillOf(given, {
      apis: both,
      worker: workers[n]!,
      database,
      time,
      tally,
      name,
      close: async () => undefined,
    });
  });
  const close = async () => {
    await worker.end();
    for (const api of apis) await api.close();
    for (const { pool } of grounds) await pool.end();
  };
  return { tills, worker, close };
}

function groundOf(given: Parts, databaseUrl: string, slug: string): Ground {
  const isDefault = slug === 'default';
  const url = isDefault ? databaseUrl : given.inSchema(databaseUrl, given.schemaOf(slug));
  const pool = new Pool({ connectionString: url, max: 3 });
  const tally = new Map<string, number>();
  const database = databaseOf(pool, isDefault ? undefined : given.sandboxInShop);
  return { slug, pool, tally, watching: { database, note: noteIn(tally), time: { ahead: 0 } } };
}

/** The environment of a process with all shops; what belongs to modules stands in the file of all of them. */
async function environmentOf({ databaseUrl, redisUrl, mailDirectory }: Servers): Promise<Variables> {
  const directory = await mkdtemp(path.join(tmpdir(), 'till-torture-settings-'));
  const ofModules = Object.entries(ways).filter(([name]) => /^(QUOTA|TAX|REFUND)_/.test(name));
  await writeFile(path.join(directory, '_common.env'), ofModules.map(([name, value]) => `${name}=${value}\n`).join(''));
  return {
    ...ways,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    MAIL_DIRECTORY: mailDirectory,
    PUBLIC_URL: 'http://till.test',
    SHOPS: 'all',
    SHOPS_POOL_SIZE: '10',
    SHOPS_SETTINGS_DIRECTORY: directory,
  };
}

const headersOf = (slug: string): Variables => (slug === 'default' ? {} : { 'till-shop': slug });

/** One instance of the api with `SHOPS=all`, which has started the applications of all shops. */
async function hostApi(given: Parts, environment: Variables, grounds: readonly Ground[]) {
  const config = given.loadConfig(environment);
  const made = new Map<string, Pick<Api, 'app' | 'faults'>>();
  const create = async (own: Config, doors?: Parameters<Parts['createHttpApp']>[2]) => {
    const slug = own.shop ?? 'default';
    const app = await given.createHttpApp(given.ApiModule, own, doors);
    const { watching } = grounds.find((ground) => ground.slug === slug)!;
    made.set(slug, { app, faults: watch(given, app, watching) });
    return app;
  };
  const createApp = (own: Config) => create(own);
  const shops = given.hostShops(config, { environment, processName: 'api', createApp, startsAll: false })!;
  const app = await create(config, { entrance: shops.entrance });
  await shops.begin(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  for (const { slug } of grounds) {
    const { status } = await fetch(`${url}/v1/products`, { headers: headersOf(slug) });
    assert.equal(status, 200, `the api does not serve the shop ${slug}`);
  }
  return {
    of: (slug: string): Api => ({ ...made.get(slug)!, url, headers: headersOf(slug) }),
    close: async () => {
      await shops.close();
      await closeAtOnce(app);
    },
  };
}
