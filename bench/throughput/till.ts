import { inClone } from '../../tools/servers/paths.js';
import { withClient } from '../till/database.js';
import { drained } from '../till/backlog.js';
import { migrate, type Running, startTill } from '../till/processes.js';
import type { Servers } from '../till/servers.js';
import { openShop, type Shop } from '../till/shop.js';
import { step } from '../terminal/progress.js';

/** A whole Till at work on a database of its own. */
export interface RunningTill {
  readonly databaseUrl: string;
  readonly api: Running;
  readonly worker: Running;
  readonly shop: Shop;
}

/** The roles by which they sign in, so that their statements can be told apart, and from ours. */
export const ROLES = { api: 'till_api', worker: 'till_worker' } as const;

export interface WholeTillOptions {
  readonly products: number;
  readonly clients: number;
  readonly nodeFlags: readonly string[];
  /** Whose build it is: this clone's by default. */
  readonly clone?: string;
  /** Settings of api and worker beside the usual ones. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Migrates, starts api and worker, opens a shop in it, and waits until the worker has nothing left to do. */
export async function startWholeTill(
  servers: Servers,
  { nodeFlags, clone = inClone(), variables = {}, ...size }: WholeTillOptions,
): Promise<RunningTill> {
  const { directory, redisUrl } = servers;
  const { url: databaseUrl } = await servers.createDatabase();
  await step('Migrating', () => migrate(databaseUrl, clone));
  const options = { directory, redisUrl, nodeFlags, clone, variables };
  const urlFor = (role: string) => (servers.ownUrl ? signInAs(role, databaseUrl) : databaseUrl);
  const api = await step('Starting the api', async () =>
    startTill('main.js', { ...options, databaseUrl: await urlFor(ROLES.api) }),
  );
  const worker = await step('Starting the worker', async () =>
    startTill('worker.js', { ...options, databaseUrl: await urlFor(ROLES.worker) }),
  );
  const { products, clients } = size;
  const shop = await step(`Adding ${products} products and ${clients} customers`, () =>
    openShop(api.url, databaseUrl, size),
  );
  await withClient(databaseUrl, (sql) => drained(sql));
  return { databaseUrl, api, worker, shop };
}

async function signInAs(role: string, databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  await withClient(databaseUrl, async (sql) => {
    const { rowCount } = await sql.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (rowCount === 0) await sql.query(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD '${url.password}'`);
  });
  return Object.assign(url, { username: role }).href;
}
