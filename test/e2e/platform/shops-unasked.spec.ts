import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Asked, requestsOf } from '../../support/matrix-world.js';
import { type ShopApi, startShopApis, twinsIn } from '../../support/shop-apis.js';
import { recordStatements } from '../../support/statements.js';
import { neverExisted } from '../../support/strange-ids.js';
import { matrix } from '../auth/permission-matrix.js';

// A shop whose api is not running: whatever is read of it, the other one reads.
vi.setConfig({ testTimeout: 60_000 });

const SOON = { timeout: 20_000, interval: 50 };
const recorded = recordStatements();
const lines = Object.keys(matrix);
/** What the monitor of Redis saw of other keys than those of north. */
const strangeCommands: string[] = [];

let north: ShopApi;
let close: (() => Promise<void>) | undefined;
let boss: string;
let tokensOfSouth: readonly string[];
let southern: Readonly<Record<string, Asked>>;
let client: Client;
let url: string;
let redis: Redis;
let monitor: Redis | undefined;
let before: object;

beforeAll(async () => {
  const shops = await startShopApis();
  const { south } = shops;
  ({ north, close } = shops);
  const bosses = await twinsIn({ north, south }, 'admin');
  boss = bosses.north.token;
  const requests = await requestsOf(south, await south.person());
  const made: [string, Asked][] = [];
  for (const line of lines) made.push([line, await requests[line]!()]);
  southern = Object.fromEntries(made);
  southern = { ...southern, 'GET /v1/roles/{name}': { id: southern['PATCH /v1/roles/{name}']!.id! } };
  const body = { name: 'ERP', scopes: ['orders:read', 'catalog:write'] };
  const { key } = (await south.post<{ key: string }>('/v1/api-keys', { token: bosses.south.token, body })).body;
  tokensOfSouth = [bosses.south.token, key];
  await south.close();
  url = shops.databaseUrl;
  client = new Client({ connectionString: url });
  await client.connect();
  before = await scansOfSouth();
  redis = new Redis(shops.redisUrl);
  monitor = await redis.monitor();
  monitor.on('monitor', (_, command: string[]) => {
    if (command.some((word) => word.includes('till:shop:south'))) strangeCommands.push(command.join(' '));
  });
}, 240_000);
afterAll(async () => {
  monitor?.disconnect();
  redis?.disconnect();
  await client?.end();
  await close?.();
  recorded.stop();
});

/** How often each table and index of south was read, and its rows changed, once every connection of the shop has said so by ending. */
async function scansOfSouth(): Promise<object> {
  const connected = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'till shop_south'`;
  await vi.waitFor(async () => expect((await client.query(connected)).rows).toEqual([]), SOON);
  const { rows } = await client.query<{ tables: number }>(
    `SELECT count(*)::int AS tables, sum(seq_scan + coalesce(idx_scan, 0))::int AS scans, sum(n_tup_ins + n_tup_upd + n_tup_del)::int AS changes
     FROM pg_stat_user_tables WHERE schemaname = 'shop_south'`,
  );
  expect(rows[0]!.tables).toBeGreaterThan(50);
  return rows[0]!;
}

async function statementsOf(line: string, { id = '', body, headers }: Asked): Promise<readonly string[]> {
  const requestId = randomUUID();
  const key = line.startsWith('POST') && { 'idempotency-key': randomUUID() };
  const own = { ...key, ...headers, 'x-request-id': requestId };
  await north.request(line.replace(/\{\w+\}/, id), { token: boss, body, headers: own });
  return recorded.of(requestId);
}

/** A shop tells by the time of no answer what another one has: it never asks. */
describe('A shop that is asked about things of another one', () => {
  it.each(lines)('has the same statements as for what never existed: %s', async (line) => {
    const asked = southern[line]!;
    const other = neverExisted(asked);
    if (!other) return; // it names nothing
    // What the process keeps for some seconds is read by one of two requests.
    await vi.waitFor(async () => {
      const statements = await statementsOf(line, other);
      expect(await statementsOf(line, asked)).toEqual(statements);
    }, SOON);
  });

  it('has statements that the records show', async () => {
    expect(await statementsOf('GET /v1/orders/{id}', southern['GET /v1/orders/{id}']!)).toContainEqual(
      expect.stringMatching(/FROM "?orders"?/),
    );
  });

  it.each(lines)('refuses tokens and keys of the other as it does nonsense: %s', async (line) => {
    const { id = '', body, headers } = southern[line]!;
    const statusOf = async (token: string) =>
      (await north.request(line.replace(/\{\w+\}/, id), { token, body, headers: { ...headers } })).status;
    const ofNone = await statusOf('no-token-of-any-shop');
    for (const token of tokensOfSouth) expect(await statusOf(token)).toBe(ofNone);
  });

  it('reads no row and no key of the other', async () => {
    await north.close();
    const own = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'till%'`;
    await expect.poll(async () => (await client.query(own)).rows, SOON).toEqual([]);
    expect(await scansOfSouth()).toEqual(before);
    expect(strangeCommands).toEqual([]);
    // Both would have been seen.
    const reader = new Client({ connectionString: url });
    await reader.connect();
    await reader.query('SELECT count(*) FROM shop_south.orders');
    await reader.end();
    await vi.waitFor(async () => expect(await scansOfSouth()).not.toEqual(before), SOON);
    await redis.get('till:shop:south:any');
    await vi.waitFor(() => expect(strangeCommands).toEqual(['get till:shop:south:any']), SOON);
  });
});
