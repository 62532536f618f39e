import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDirectory } from '../../../src/platform/database/index.js';
import { runCli } from '../../support/build.js';
import { redisDatabase } from '../../support/redis.js';
import { JWT_PRIVATE_KEY } from '../../support/variables.js';
import { withoutQuotas } from '../../support/shop.js';
import { commandSettings, FIGURES, serveAll, shopServer, type ShopServer } from '../../support/shop-server.js';
import { systemPostgres } from '../../support/system-postgres.js';
import { ApiClient } from '../../../tools/replay/client.js';
import { concurrently } from '../../../tools/replay/concurrently.js';
import { planReplay } from '../../../tools/replay/plan.js';
import { parseRows } from '../../../tools/replay/rows.js';
import { type Outcome, Run } from '../../../tools/replay/run.js';

const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';
const SLOW = 1_800_000;
const SLUGS = ['at', 'be', 'de', 'es', 'fr', 'it', 'nl', 'pl'];
/** RETAIL_FILE names a longer one of the data set. */
const day =
  process.env['RETAIL_FILE'] ?? fileURLToPath(new URL('../../../tools/replay/dirty-day.csv', import.meta.url));
const plan = planReplay(parseRows(readFileSync(day)));
const SILENT = { begin: () => undefined, step: () => undefined, end: () => undefined };
const login = { email: 'admin@till.test', password: 'a long enough password' };

/** Does something with each shop, two at once where nothing else is said. */
async function each<T>(work: (slug: string) => Promise<T>, atOnce = 2): Promise<Readonly<Record<string, T>>> {
  const done = await concurrently(SLUGS, atOnce, async (slug) => [slug, await work(slug)] as const);
  return Object.fromEntries(done);
}

const figuresAt = (at: ShopServer) => each(async (slug) => (await at.query(FIGURES(`shop_${slug}`)))[0]);
const all = (outcome: object) => SLUGS.map(() => expect.objectContaining(outcome) as unknown);

/** Plays the file into all shops of an api at once, and returns what that came to in each. */
function replay(baseUrl: string): Promise<Outcome[]> {
  const play = async (shop: string) => {
    const { signal } = new AbortController();
    const client = new ApiClient({ baseUrl, ...login, shop, connections: 2, signal });
    try {
      await client.signIn();
      return await new Run(client, plan, SILENT, 2).play();
    } finally {
      await client.close();
    }
  };
  return Promise.all(SLUGS.map(play));
}

type Env = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

describe.skipIf(!systemPostgres)(`Eight shops of one process${where}`, { timeout: SLOW }, () => {
  let source: ShopServer;
  let target: ShopServer;
  let commands: Awaited<ReturnType<typeof commandSettings>>;
  let env: Env;

  const till = async (at: ShopServer, ...args: string[]) =>
    JSON.parse((await runCli(args, { ...env, DATABASE_URL: at.url }, `${login.password}\n`)).stdout) as Json;
  const serve = async (at: ShopServer) => serveAll({ ...env, DATABASE_URL: at.url, REDIS_URL: await redisDatabase() });

  beforeAll(async () => {
    [source, target, commands] = await Promise.all([shopServer(SLUGS), shopServer([]), commandSettings()]);
    const ENCRYPTION_KEYS = `till:${randomBytes(32).toString('base64')}`;
    const keys = { JWT_PRIVATE_KEY, ENCRYPTION_KEYS };
    const REDIS_URL = await redisDatabase();
    env = { ...withoutQuotas, REDIS_URL, ...keys, ...commands.env, NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000' };
    await each((slug) => till(source, '--shop', slug, 'users', 'create', '--email', login.email, '--role', 'admin'));
  }, SLOW);
  afterAll(async () => {
    await source?.remove();
    await target?.remove();
    await commands?.remove();
  });

  it('agree with a file that all of them play at once, and each proves and agrees on another server after its export', async () => {
    const sold = await serve(source);
    const whole = { api: plan.figures, balanced: true };
    expect(await replay(sold.url)).toEqual(all({ ...whole, placed: plan.figures.orders }));
    for (const slug of SLUGS) {
      const unsealed = () => source.query(`SELECT FROM shop_${slug}.ledger_unsealed LIMIT 1`);
      await expect.poll(unsealed, { timeout: 60_000 }).toEqual([]);
    }
    await sold.stop();
    const figures = await figuresAt(source);
    const exported = await each((slug) => till(source, 'shops', 'export', slug, '--to', commands.file(slug)));
    await source.stop();

    // A database takes one import at a time.
    const imported = await each((slug) => till(target, 'shops', 'import', commands.file(slug)), 1);
    const verified = await each((slug) => till(target, 'ledger', 'verify', '--shop', slug));
    for (const slug of SLUGS) {
      expect(verified[slug]).toMatchObject({
        intact: true,
        waiting: 0,
        failed: [],
        ...(exported[slug]!['ledger'] as object),
      });
      expect(imported[slug]!['proof']).toEqual(verified[slug]);
    }
    expect(await figuresAt(target)).toEqual(figures);

    await withDirectory(target.url, async (directory) => {
      for (const slug of SLUGS) await directory.setStatus(slug, 'active');
    });
    const moved = await serve(target);
    expect(await replay(moved.url)).toEqual(all({ ...whole, placed: 0, refunds: 0 }));
    await moved.stop();
  });
});
