import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sandboxInShop } from '../../src/payments/index.js';
import { inSchema, schemaOf } from '../../src/platform/config/index.js';
import { createShop } from '../../src/platform/database/index.js';
import { startBuilt } from './built-process.js';
import { createDatabase } from './database.js';
import { redisDatabase } from './redis.js';
import { shopAt, withoutQuotas } from './shop.js';

/**
 * The default shop and two further ones, `north` and `south`, in one database and one Redis, with the same keys and address. Each has an api
 * and a worker in processes of their own.
 */
export async function startShops(env: Readonly<Record<string, string>> = {}) {
  const database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas };
  for (const slug of ['north', 'south']) {
    await createShop(database.url, { slug, name: slug, role: null }, { adapt: sandboxInShop });
  }
  const closing: (() => Promise<unknown>)[] = [() => database.drop()];
  const close = async () => {
    for (const end of closing) await end();
  };
  const start = async (SHOP: string) => {
    const MAIL_DIRECTORY = await mkdtemp(path.join(tmpdir(), `till-mails-of-${SHOP}-`));
    const settings = { ...ways, ...servers, ...env, SHOP, MAIL_DIRECTORY };
    const api = await startBuilt('main.js', settings);
    closing.unshift(() => api.stop());
    const worker = await startBuilt('worker.js', settings);
    closing.unshift(() => worker.stop());
    const DATABASE_URL = SHOP === 'default' ? database.url : inSchema(database.url, schemaOf(SHOP));
    const shop = shopAt(api.url, { ...settings, PUBLIC_URL: 'http://localhost:0', DATABASE_URL });
    closing.unshift(() => shop.leave());
    const mails = async () => {
      const names = (await readdir(MAIL_DIRECTORY)).filter((name) => name.endsWith('.eml'));
      return Promise.all(names.map((name) => readFile(path.join(MAIL_DIRECTORY, name), 'utf8')));
    };
    return { ...shop, mails };
  };
  try {
    const shops = { default: await start('default'), north: await start('north'), south: await start('south') };
    return { ...shops, redisUrl: servers.REDIS_URL, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export type Shops = Awaited<ReturnType<typeof startShops>>;
