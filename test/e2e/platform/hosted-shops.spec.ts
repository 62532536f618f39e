import { mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { scrape } from '../../support/metrics.js';
import { redisDatabase } from '../../support/redis.js';
import { settingsOfShops } from '../../support/shops.js';

// Several processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const SOON = { timeout: 30_000, interval: 200 };
let database: TestDatabase;
let env: Record<string, string>;
let directory: string;
let api: BuiltProcess;

type Headers = Readonly<Record<string, string>>;
interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
}

/** By Node's own client, since `fetch` chooses the host name itself. */
const get = (path_: string, headers: Headers, url = api.url) =>
  new Promise<Said>((resolve, reject) => {
    const asked = request(`${url}${path_}`, { headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(parts).toString()) as Said['body'];
        resolve({ status: response.statusCode!, headers: response.headers, body });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
const till = (...args: string[]) => runCli(args, env);
/** The address that a shop gives for itself. */
const addressOf = async (headers: Headers, url = api.url) => {
  const { status, body } = await get('/openapi.json', headers, url);
  return status === 200 ? (body['servers'] as [{ url: string }])[0].url : [status, body['code']];
};

/** How many connections to the database the shops that run may open. */
const connections = async () => (await scrape(api.url)).series.get('till_database_connections_max');
/** How many shops the process could not start, by its metrics. */
const unavailable = async () =>
  Number(/^till_shops_unavailable (\d+)$/m.exec(await (await fetch(`${api.adminUrl}/metrics`)).text())?.[1]);
/** How often a shop has started. */
const starts = (slug: string) => api.log().filter(({ msg, shop }) => msg === 'serving a shop' && shop === slug);

beforeAll(async () => {
  database = await createDatabase();
  directory = await settingsOfShops({ buyer: { PUBLIC_URL: 'https://buy.example' } });
  env = {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: await redisDatabase(),
    MAIL_DIRECTORY: await mkdtemp(path.join(tmpdir(), 'till-mails-of-hosted-')),
    PUBLIC_URL: 'http://api.shops.example:8080',
  };
  for (const slug of ['north', 'south', 'buyer']) await till('shops', 'create', slug);
  const hosting = { SHOPS: 'all', SHOPS_DOMAIN: 'shops.example', SHOPS_SETTINGS_DIRECTORY: directory };
  api = await startBuilt('main.js', { ...env, ...hosting, SHOPS_IN_MEMORY: '3' });
}, 240_000);
afterAll(async () => {
  await api?.stop();
  await database?.drop();
});

describe('A process with SHOPS=all', () => {
  it.each<[string, Headers]>([
    ['http://api.shops.example:8080', { host: 'api.shops.example' }],
    ['http://api.shops.example:8080', { host: '127.0.0.1' }],
    ['http://north.shops.example:8080', { host: 'north.shops.example:8080' }],
    ['http://south.shops.example:8080', { host: 'SOUTH.shops.example' }],
    ['http://north.shops.example:8080', { 'till-shop': 'north' }],
    ['https://buy.example', { host: 'buy.example' }],
    ['https://buy.example', { host: 'buyer.shops.example' }],
    ['http://api.shops.example:8080', { host: 'buy.elsewhere.example' }],
  ])('is %s for %j', async (address, headers) => expect(await addressOf(headers)).toBe(address));

  it('knows no other shops, and does not guess', async () => {
    expect(await get('/v1/products', { host: 'west.shops.example' })).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', connection: 'close' },
      body: { code: 'unknown_shop', detail: 'There is no shop "west".', instance: '/v1/products' },
    });
    const both = { host: 'north.shops.example', 'till-shop': 'south' };
    expect(await get('/v1/products', both)).toMatchObject({ status: 400, body: { code: 'contradictory_shop' } });
  });

  it('serves a shop that was made while it runs, and none that is suspended', async () => {
    await till('shops', 'create', 'east');
    await vi.waitFor(async () => expect(await addressOf({ 'till-shop': 'east' })).toMatch('east'), SOON);
    await till('shops', 'suspend', 'east');
    const refused = { status: 503, body: { code: 'shop_suspended' } };
    await vi.waitFor(async () => expect(await get('/', { 'till-shop': 'east' })).toMatchObject(refused), SOON);
    expect(await get('/', { 'till-shop': 'north' })).toMatchObject({ status: 200 });
    await till('shops', 'resume', 'east');
    await vi.waitFor(async () => expect(await addressOf({ 'till-shop': 'east' })).toMatch('east'), SOON);
  });

  it('holds no more than it may: others end while they are idle', async () => {
    for (const slug of ['north', 'south', 'buyer', 'east', 'north']) {
      expect(await get('/', { 'till-shop': slug })).toMatchObject({ status: 200 });
    }
    await vi.waitFor(() => expect(starts('north').length).toBeGreaterThan(1), SOON);
    // Ten of the default shop, and four of each that runs.
    await expect.poll(connections, SOON).toBe(22);
  });

  it('says in its log what is wrong with the settings of a shop, serves the others, and tries again when they are mended', async () => {
    const file = path.join(directory, 'south.env');
    await writeFile(file, 'PORT=1\nPUBLIC_URL=nonsense\n');
    const refused = { status: 503, headers: { 'retry-after': '5' }, body: { code: 'shop_unavailable' } };
    await vi.waitFor(async () => expect(await get('/', { 'till-shop': 'south' })).toMatchObject(refused), SOON);
    const reason = `PORT: is no setting of a shop (${file})`;
    const line = expect.objectContaining({ shop: 'south', level: 'error', reason }) as object;
    await vi.waitFor(() => expect(api.log()).toContainEqual(line), SOON);
    expect(await unavailable()).toBe(1);
    expect(await get('/', { 'till-shop': 'north' })).toMatchObject({ status: 200 });
    await writeFile(file, 'PUBLIC_URL=https://south.example\n');
    await vi.waitFor(
      async () => expect(await addressOf({ host: 'south.example' })).toBe('https://south.example'),
      SOON,
    );
    expect(await unavailable()).toBe(0);
  });

  it('does not start where one shop is named as well', async () => {
    const both = startBuilt('main.js', { ...env, SHOPS: 'all', SHOP: 'north' });
    await expect(both).rejects.toThrow("SHOPS: can't be all where SHOP names one (north)");
  });

  it('ends in order, with all of its shops', async () => {
    const other = await startBuilt('main.js', { ...env, SHOPS: 'all' });
    expect(await get('/', { 'till-shop': 'north' }, other.url)).toMatchObject({ status: 200 });
    expect(await other.stop()).toBe(0);
    expect(other.log().filter(({ level }) => level === 'error')).toEqual([]);
  });
});
