import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { builtEntry } from '../../support/build.js';
import { startBuilt } from '../../support/built-process.js';
import { commandsOnServers } from '../../support/commands.js';

// A build may come first, and each command starts a process, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const SOON = { timeout: 60_000, interval: 50 };
type Commands = Awaited<ReturnType<typeof commandsOnServers>>;
let database: Commands['database'];
let redis: Redis;
let env: Commands['env'];
let till: Commands['till'];
const open: Client[] = [];

const remove = (slug: string, confirm = slug) => till('shops', 'delete', slug, '--confirm', confirm);
const connect = async (name?: string) => {
  const client = new Client({ connectionString: database.url, ...(name !== undefined && { application_name: name }) });
  await client.connect();
  open.push(client);
  return client;
};
let asking: Promise<Client> | undefined;
const query = async (sql: string) => {
  const client = await (asking ??= connect());
  return (await client.query<Record<string, unknown>>(sql)).rows;
};
const refusal = async (slug: string, confirm = slug) => {
  const error = await remove(slug, confirm).catch((thrown: { code: number; stderr: string }) => thrown);
  expect(error).toMatchObject({ code: 1 });
  return error.stderr;
};
const refusedMove = async (...args: readonly string[]) => {
  const error = await till('shops', 'move', ...args).catch((thrown: { code: number; stderr: string }) => thrown);
  expect(error).toMatchObject({ code: 1 });
  return error.stderr;
};
const tablesOf = async (schema: string) =>
  (await query(`SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = '${schema}'`))[0]!['tables'];
const slugs = async () => (await query('SELECT slug FROM till_shops.shops ORDER BY slug')).map(({ slug }) => slug);

beforeAll(async () => {
  ({ database, env, till } = await commandsOnServers());
  redis = new Redis(env['REDIS_URL']!);
  for (const slug of ['north', 'north-2']) await till('shops', 'create', slug);
}, 240_000);
afterEach(async () => {
  asking = undefined;
  for (const client of open.splice(0)) await client.end();
});
afterAll(async () => {
  redis?.disconnect();
  await database?.drop();
});

describe('till shops move', () => {
  it('refuses where there is no cluster, and what is no further shop', async () => {
    expect(await refusedMove('north', '--to', 'node')).toMatch(
      /no Citus.*To move one to another server, export and import it/,
    );
    expect(await refusedMove('west', '--to', 'node')).toMatch(/There is no shop west/);
    expect(await refusedMove('default', '--to', 'node')).toMatch(/stays on the coordinator/);
    expect(await refusedMove('north', '--to', 'node', '--shop', 'north')).toMatch(/Name the shop as an argument/);
  });
});

describe('till shops delete', () => {
  it('refuses a shop that is not suspended, the default one, one that does not exist, and another slug to confirm', async () => {
    expect(await refusal('north')).toMatch(/is not suspended: run till shops suspend north/);
    expect(await refusal('default')).toMatch(/default shop can't be deleted/);
    expect(await refusal('west')).toMatch(/There is no shop west/);
    await till('shops', 'suspend', 'north');
    expect(await refusal('north', 'north-2')).toMatch(/--confirm says north-2.*nothing was deleted/);
    expect(await slugs()).toEqual(['north', 'north-2']);
  });

  it('refuses while a process of the shop is connected', async () => {
    await till('shops', 'resume', 'north');
    const port = String(await freePort());
    const api = await startBuilt('main.js', { ...env, SHOP: 'north', PORT: port });
    const named = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'till shop_north'`;
    await expect.poll(() => query(named), SOON).not.toEqual([]);
    const ended = once(api.child, 'exit');
    await till('shops', 'suspend', 'north');
    await ended;
    await expect.poll(() => query(named), SOON).toEqual([]);

    await connect('till shop_north');
    expect(await refusal('north')).toMatch(/still connected to the database, from/);
    expect(await tablesOf('shop_north')).toBeGreaterThan(50);
  });

  it('refuses while a shop moves to another node of a cluster', async () => {
    await till('shops', 'suspend', 'north');
    const mover = await connect();
    await mover.query('SELECT pg_advisory_lock(748474)');
    expect(await refusal('north')).toMatch(/A shop is being moved to another node/);
  });

  it('goes on when it was interrupted, and takes what is of that shop alone', async () => {
    await redis.mset('till:shop:north:a', 1, 'till:shop:north:till:jobs:1', 1, 'till:shop:north-2:a', 1, 'till:a', 1);
    await till('shops', 'suspend', 'north');
    const tables = await tablesOf('shop_north_2');
    const holder = await connect();
    await holder.query('BEGIN; LOCK TABLE shop_north.orders IN ACCESS SHARE MODE');
    const args = [await builtEntry('cli.js'), 'shops', 'delete', 'north', '--confirm', 'north'];
    const running = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
    const ended = once(running, 'exit');
    const waits = `SELECT FROM pg_stat_activity WHERE application_name = 'till-shops' AND wait_event_type = 'Lock'`;
    await expect.poll(() => query(waits), SOON).not.toEqual([]);
    running.kill('SIGKILL');
    await ended;
    expect(await slugs()).toContain('north');

    expect(await refusal('north')).toMatch(/Something uses the tables of north/);
    await holder.query('ROLLBACK');
    await redis.set('till:shop:north:b', 1);
    const { stdout } = await remove('north');
    expect(JSON.parse(stdout)).toMatchObject({ deleted: { slug: 'north', status: 'suspended' }, keys: 1 });
    expect(await slugs()).toEqual(['north-2']);
    expect(await query(`SELECT FROM pg_namespace WHERE nspname = 'shop_north'`)).toEqual([]);
    expect(await tablesOf('shop_north_2')).toBe(tables);
    expect((await redis.keys('*')).filter((key) => key.endsWith(':a')).toSorted()).toEqual([
      'till:a',
      'till:shop:north-2:a',
    ]);
    expect(await redis.keys('till:shop:north:*')).toEqual([]);
  });

  it('deletes nothing when Redis is away', async () => {
    await till('shops', 'suspend', 'north-2');
    const { REDIS_URL } = env as { REDIS_URL: string };
    env['REDIS_URL'] = `redis://127.0.0.1:${await freePort()}`;
    await refusal('north-2');
    env['REDIS_URL'] = REDIS_URL;
    expect(await slugs()).toEqual(['north-2']);
    await remove('north-2');
    expect(await slugs()).toEqual([]);
  });
});
