import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sandboxInShop } from '../../src/payments/index.js';
import { inSchema, schemaOf } from '../../src/platform/config/index.js';
import { createShop } from '../../src/platform/database/index.js';
import { startBuilt } from './built-process.js';
import { createDatabase } from './database.js';
import { redisDatabase } from './redis.js';
import { shopAt, withoutQuotas } from './shop.js';

type Variables = Readonly<Record<string, string>>;
type Name = 'default' | 'north' | 'south';

/** Whether each shop has an api and a worker of its own, or one of each serves them all. */
export type Way = 'apart' | 'together';

/**
 * The default shop and two further ones, `north` and `south`, in one database and one Redis, with the same keys and address. `env` is the
 * environment of each shop.
 */
export async function startShops(env: Variables = {}, way: Way = 'apart') {
  const database = await createDatabase();
  const closing: (() => Promise<unknown>)[] = [() => database.drop()];
  const close = async () => {
    for (const end of closing) await end();
  };
  const run = async (settings: Variables) => {
    const api = await startBuilt('main.js', settings);
    closing.unshift(() => api.stop());
    const worker = await startBuilt('worker.js', settings);
    closing.unshift(() => worker.stop());
    return { api, worker };
  };
  /** What tests do with one shop, whose mails are in a folder. */
  const shopOf = (url: string, slug: Name, settings: Variables, mails: string, headers: Variables = {}) => {
    const DATABASE_URL = slug === 'default' ? database.url : inSchema(database.url, schemaOf(slug));
    const own = { ...settings, SHOPS: 'one', SHOP: slug, PUBLIC_URL: 'http://localhost:0', DATABASE_URL };
    const shop = shopAt(url, own, headers);
    closing.unshift(() => shop.leave());
    return { ...shop, mails: () => mailsIn(mails) };
  };
  try {
    for (const slug of ['north', 'south']) {
      await createShop(database.url, { slug, name: slug, role: null }, { adapt: sandboxInShop });
    }
    const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
    const ways = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas };
    const settings = { ...ways, ...servers, ...env };
    const shops = await (way === 'apart' ? startApart(settings, run, shopOf) : startTogether(settings, run, shopOf));
    return { ...shops, settings, redisUrl: servers.REDIS_URL, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Run = (settings: Variables) => Promise<{ api: { url: string } }>;
type ShopOf<S> = (url: string, slug: Name, settings: Variables, mails: string, headers?: Variables) => S;

async function startApart<S>(settings: Variables, run: Run, shopOf: ShopOf<S>): Promise<Record<Name, S>> {
  const start = async (slug: Name) => {
    const MAIL_DIRECTORY = await mkdtemp(path.join(tmpdir(), `till-mails-of-${slug}-`));
    const { api } = await run({ ...settings, SHOP: slug, MAIL_DIRECTORY });
    return shopOf(api.url, slug, settings, MAIL_DIRECTORY);
  };
  return { default: await start('default'), north: await start('north'), south: await start('south') };
}

async function startTogether<S>(settings: Variables, run: Run, shopOf: ShopOf<S>): Promise<Record<Name, S>> {
  const mails = await mkdtemp(path.join(tmpdir(), 'till-mails-of-shops-'));
  const directory = await settingsOfShops({ _common: settings });
  const { api } = await run({ ...settings, MAIL_DIRECTORY: mails, SHOPS: 'all', SHOPS_SETTINGS_DIRECTORY: directory });
  const shop = (slug: Name, folder: string) => shopOf(api.url, slug, settings, folder, { 'till-shop': slug });
  return {
    default: shop('default', mails),
    north: shop('north', path.join(mails, 'north')),
    south: shop('south', path.join(mails, 'south')),
  };
}

/** Makes a folder with the settings of shops, and returns its path. What belongs to the process is left out. */
export async function settingsOfShops(files: Readonly<Record<string, Variables>>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'till-settings-of-shops-'));
  for (const [name, variables] of Object.entries(files)) {
    const own = Object.entries(variables).filter(([variable]) => !['NODE_ENV', 'LOG_LEVEL'].includes(variable));
    const lines = own.map(([variable, value]) => `${variable}='${value}'\n`);
    await writeFile(path.join(directory, `${name}.env`), lines.join(''));
  }
  return directory;
}

/** The mails that are kept in a folder. */
export async function mailsIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []); // made with the first mail
  return Promise.all(
    names.filter((name) => name.endsWith('.eml')).map((name) => readFile(path.join(directory, name), 'utf8')),
  );
}

export type Shops = Awaited<ReturnType<typeof startShops>>;
