import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { sandboxInShop } from '../../src/payments/index.js';
import { inSchema, schemaOf } from '../../src/platform/config/index.js';
import { createShop } from '../../src/platform/database/index.js';
import { startBuilt } from './built-process.js';
import { createDatabase } from './database.js';
import { redisDatabase } from './redis.js';
import { shopAt, withoutQuotas } from './shop.js';
import { mailsIn, settingsOfShops } from './shops.js';

type Variables = Readonly<Record<string, string>>;
export type ManyShops = Awaited<ReturnType<typeof startManyShops>>;
export type HostedShop = ReturnType<ManyShops['of']>;

/** How many shops are made at once. */
const MADE_AT_ONCE = 3;

/** The addresses of PostgreSQL and Redis. */
interface Servers {
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
}

/**
 * Makes further shops in one database and serves them by one api and one worker, which get this environment. `reach` says by which addresses these reach their
 * servers; tests reach them directly.
 */
export async function startManyShops(
  slugs: readonly string[],
  env: Variables = {},
  reach: (servers: Servers) => Promise<Servers> = (servers) => Promise.resolve(servers),
) {
  const database = await createDatabase();
  const closing: (() => Promise<unknown>)[] = [() => database.drop()];
  const close = async () => {
    for (const end of closing) await end();
  };
  try {
    await inTurns(slugs, (slug) =>
      createShop(database.url, { slug, name: slug, role: null }, { adapt: sandboxInShop }),
    );
    const servers = await reach({ DATABASE_URL: database.url, REDIS_URL: await redisDatabase() });
    const settings = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas, ...servers };
    const directory = await settingsOfShops({ _common: settings });
    const mails = await mkdtemp(path.join(tmpdir(), 'till-mails-of-many-'));
    const hosting = { SHOPS: 'all', SHOPS_SETTINGS_DIRECTORY: directory, MAIL_DIRECTORY: mails, ...env };
    const api = await startBuilt('main.js', { ...settings, ...hosting });
    closing.unshift(() => api.stop());
    const worker = await startBuilt('worker.js', { ...settings, ...hosting });
    closing.unshift(() => worker.stop());
    const pool = new Pool({ connectionString: database.url, max: 1 });
    closing.unshift(() => pool.end());

    /** What tests do with one of them. */
    const shopOf = (slug: string) => {
      const DATABASE_URL = inSchema(database.url, schemaOf(slug));
      const own = { ...settings, SHOP: slug, PUBLIC_URL: 'http://localhost:0', DATABASE_URL };
      const shop = shopAt(api.url, own, { 'till-shop': slug });
      closing.unshift(() => shop.leave());
      return { ...shop, mails: () => mailsIn(path.join(mails, slug)) };
    };
    const shops = new Map(slugs.map((slug) => [slug, shopOf(slug)]));
    const processes = { api, worker };
    return {
      of: (slug: string) => shops.get(slug)!,
      /** Which shops a process has started, in this order. */
      started: (name: keyof typeof processes) =>
        processes[name].log().flatMap(({ msg, shop }) => (msg === 'serving a shop' ? [String(shop)] : [])),
      /** Whether both processes go on. */
      live: () => [api, worker].every(({ child }) => child.exitCode === null && child.signalCode === null),
      /** Those that have events to tell, or effects of events to come. */
      unfinished: async () => {
        const open = slugs.map((slug) => ofShop(OPEN, slug)).join(' UNION ALL ');
        return (await pool.query<{ slug: string }>(open)).rows.map(({ slug }) => slug);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const OPEN = `
  SELECT '<slug>' AS slug WHERE EXISTS (SELECT FROM <schema>.outbox)
    OR EXISTS (SELECT FROM <schema>.event_deliveries WHERE status <> 'done')
    OR EXISTS (SELECT FROM <schema>.ledger_unsealed)`;
const ofShop = (sql: string, slug: string) => sql.replaceAll('<slug>', slug).replaceAll('<schema>', schemaOf(slug));

/** Makes some at once; the next begins when one is done. */
async function inTurns(slugs: readonly string[], make: (slug: string) => Promise<unknown>): Promise<void> {
  const left = [...slugs];
  const one = async () => {
    for (let slug = left.shift(); slug !== undefined; slug = left.shift()) await make(slug);
  };
  await Promise.all(Array.from({ length: MADE_AT_ONCE }, one));
}
