import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inSchema, schemaOf } from '../../src/platform/config/index.js';
import { heapFlag } from '../../src/platform/shops/index.js';
import { memoryOf } from '../measure/memory.js';
import { step } from '../terminal/progress.js';
import { scalar } from '../till/database.js';
import { migrate, type Running, startTill, UNLIMITED } from '../till/processes.js';
import type { Servers } from '../till/servers.js';
import { openShop, reopenShop, type Shop } from '../till/shop.js';
import { firstRequest } from './first-request.js';
import { knownShops, makeShops, slugOf, timed } from './make-shops.js';

const DOMAIN = 'shops.invalid';
/** The database that a run with a kept folder finds again. */
const DATABASE = 'till_bench_shops';
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
  const places = Number(variables.SHOPS_IN_MEMORY);
  const nodeFlags = [...options.nodeFlags, heapFlag('api', places)];
  // A heap of gigabytes stops the event loop for longer than load shedding allows, and a client that is told to wait would end the run.
  const unshed = { nodeFlags, sheddingDelayMs: 0 };
  const processes = { ...options, ...unshed, directory: servers.directory, redisUrl, databaseUrl, variables };
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
