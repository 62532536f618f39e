import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sandboxInShop } from '../../src/payments/index.js';
import { inSchema, schemaOf } from '../../src/platform/config/index.js';
import { createShop } from '../../src/platform/database/index.js';
import { HttpConnection } from '../load/http-connection.js';
import { memoryOf } from '../measure/memory.js';
import { say, step } from '../terminal/progress.js';
import { scalar, withClient } from '../till/database.js';
import { migrate, type Running, startTill, UNLIMITED } from '../till/processes.js';
import type { Servers } from '../till/servers.js';
import { openShop, reopenShop, type Shop } from '../till/shop.js';

const DOMAIN = 'shops.invalid';
/** The database that a run with a kept folder finds again. */
const DATABASE = 'till_bench_shops';
/** Shops that are made at once. */
const AT_ONCE = 2;
/** SHOPS_IN_MEMORY when absent. */
const USUAL_PLACES = 50;
const MIB = 1_048_576;

/** A shop in which one client buys. */
export interface BusyShop extends Shop {
  readonly host: string;
  readonly databaseUrl: string;
}

/** An installation with many shops, of which some sell. */
export interface ManyShops {
  readonly databaseUrl: string;
  readonly api: Running;
  readonly busy: readonly BusyShop[];
  readonly variables: Readonly<Record<string, string>>;
  /** For each shop that this run made, in seconds. */
  readonly createSeconds: readonly number[];
  /** On the disk for each shop, in MiB. */
  readonly diskMiB: number;
  /** `till migrate` through all shops, with nothing to do. */
  readonly migrateSeconds: number;
  /** The first request of each busy shop, which starts its application, in milliseconds. */
  readonly firstRequestMs: readonly number[];
  /** Of the api for each application of a shop, in MiB. */
  readonly apiMiB: number;
}

export interface ManyOptions {
  readonly shops: number;
  readonly clients: number;
  /** How many shops sell: at least one for each client. */
  readonly spread: number;
  readonly products: number;
  readonly nodeFlags: readonly string[];
}

/** Makes the shops, starts api and worker for all of them, and opens one shop for each client. */
export async function startMany(servers: Servers, options: ManyOptions): Promise<ManyShops> {
  const databaseUrl = await servers.keptDatabase(DATABASE);
  await step('Migrating', () => migrate(databaseUrl));
  const known = await knownShops(databaseUrl);
  const before = await sizeOf(databaseUrl);
  const missing = Array.from({ length: options.shops }, (_, index) => slugOf(index)).filter((slug) => !known.has(slug));
  const createSeconds = await step(`Making ${missing.length} shops`, () => makeShops(databaseUrl, missing));
  const diskMiB = ((await sizeOf(databaseUrl)) - before) / MIB / missing.length;
  const migrateSeconds = await timed(() => step('Migrating all of them', () => migrate(databaseUrl)));
  const variables = {
    SHOPS: 'all',
    SHOPS_DOMAIN: DOMAIN,
    SHOPS_SETTINGS_DIRECTORY: withoutLimits(servers.directory),
    SHOPS_IN_MEMORY: String(Math.max(USUAL_PLACES, options.spread)),
  };
  const redisUrl = `${servers.redisUrl}/1`; // jobs of both default shops have the same keys
  const processes = { ...options, directory: servers.directory, redisUrl, databaseUrl, variables };
  const api = await step('Starting the api for all shops', () => startTill('main.js', processes));
  const resident = memoryOf(api.pid)?.resident ?? Number.NaN;
  const hosts = Array.from({ length: options.spread }, (_, index) => `${slugOf(index)}.${DOMAIN}`);
  const firstRequestMs: number[] = [];
  for (const host of hosts) firstRequestMs.push((await timed(() => firstRequest(api.url, host))) * 1000);
  const apiMiB = ((memoryOf(api.pid)?.resident ?? Number.NaN) - resident) / hosts.length;
  await step('Starting the worker for all shops', () => startTill('worker.js', processes));
  const open = async (host: string, index: number) => {
    const url = inSchema(databaseUrl, schemaOf(slugOf(index)));
    const shop =
      (await reopenShop(api.url, url, 1, { host })) ??
      (await openShop(api.url, url, { products: options.products, clients: 1 }, { host }));
    return { ...shop, host, databaseUrl: url };
  };
  const busy: BusyShop[] = [];
  for (const [index, host] of hosts.entries()) busy.push(await open(host, index));
  return { databaseUrl, api, busy, variables, createSeconds, diskMiB, migrateSeconds, firstRequestMs, apiMiB };
}

async function firstRequest(url: string, host: string): Promise<void> {
  const connection = await HttpConnection.open(url, host);
  const { status } = await connection.get('/v1/products');
  connection.close();
  if (status !== 200) throw new Error(`The first request of ${host} was answered ${status}.`);
}

const slugOf = (index: number) => `shop-${index}`;

/** The slugs of the shops that are there, of which some may be half made. */
async function knownShops(databaseUrl: string): Promise<ReadonlySet<string>> {
  const hasAny = await scalar<boolean>(databaseUrl, "SELECT to_regclass('till_shops.shops') IS NOT NULL");
  if (!hasAny) return new Set();
  const shops = await withClient(databaseUrl, (sql) =>
    sql.query<{ slug: string }>('SELECT slug FROM till_shops.shops'),
  );
  return new Set(shops.rows.map(({ slug }) => slug));
}

async function makeShops(databaseUrl: string, slugs: readonly string[]): Promise<readonly number[]> {
  const seconds: number[] = [];
  const waiting = [...slugs];
  const maker = async () => {
    for (let slug = waiting.shift(); slug !== undefined; slug = waiting.shift()) {
      const shop = { slug, name: slug, role: null };
      seconds.push(await timed(() => createShop(databaseUrl, shop, { adapt: sandboxInShop })));
      if (seconds.length % 100 === 0) say(` ${seconds.length}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, maker));
  return seconds;
}

/** One client plays many customers, also in further shops, which have no settings of the process. */
function withoutLimits(directory: string): string {
  const folder = path.join(directory, 'shops');
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries(UNLIMITED).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path.join(folder, '_common.env'), lines.join(''));
  return folder;
}

function sizeOf(databaseUrl: string): Promise<number> {
  return scalar<string>(databaseUrl, 'SELECT pg_database_size(current_database())').then(Number);
}

/** In seconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
