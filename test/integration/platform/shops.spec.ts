import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataSource, type MigrationInterface } from 'typeorm';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inSchema } from '../../../src/platform/config/index.js';
import {
  createShop,
  dataSourceOptions,
  migrateShops,
  MigrationRefused,
  withDirectory,
} from '../../../src/platform/database/index.js';
import { loadMigrations } from '../../../src/platform/database/migrations.js';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { asRunningRole, RUNNING_ROLE } from '../../support/running-role.js';
import { schemaOf } from '../../support/schema.js';

// Hundreds of migrations run in some of these, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const adapt = sandboxInShop;
const shop = (slug: string) => ({ slug, name: slug, role: RUNNING_ROLE });

let database: TestDatabase;
let client: Client;
let before: string[];
/** Everything that is in no shop's schema. */
const OTHERS = `
  SELECT format('%s %s', classid::regclass, objid) AS object FROM (
    SELECT 'pg_class'::regclass AS classid, oid AS objid, relnamespace AS place FROM pg_class
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
    UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
    UNION ALL SELECT 'pg_constraint'::regclass, oid, connamespace FROM pg_constraint
    UNION ALL SELECT 'pg_collation'::regclass, oid, collnamespace FROM pg_collation
    UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace FROM pg_ts_config
    UNION ALL SELECT 'pg_extension'::regclass, oid, extnamespace FROM pg_extension
  ) objects JOIN pg_namespace n ON n.oid = place
  WHERE n.nspname !~ '^(shop_|till_shops$|pg_toast|pg_temp)' ORDER BY 1`;

const others = async () => (await client.query<{ object: string }>(OTHERS)).rows.map(({ object }) => object);
const list = () => withDirectory(database.url, (directory) => directory.list());

/** What there is, without the names of its schema. */
const named = (lines: readonly string[]) =>
  lines
    .map((line) => sandboxInShop(line).replaceAll(/\b(public|shop_north)\./g, ''))
    .map((line) => line.replaceAll(/search_path TO ('\$user', 'public'|'shop_north')/g, 'search_path TO own'))
    .map((line) => line.replaceAll(/\bsandbox_(webhooks_|operations_)/g, '$1'))
    .filter((line) => !line.startsWith('extension'))
    .toSorted();
const stopped = (message: string) => {
  if (/\(40 of/.test(message)) throw new Error('killed');
};
const open = (schema: string) => new DataSource(dataSourceOptions(inSchema(database.url, schema), 2)).initialize();

beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  before = await others();
  await createShop(database.url, shop('north'), { adapt });
}, 120_000);
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

describe('A new shop', () => {
  it('has every table, function, trigger, constraint, index and sequence of the default one', async () => {
    const inPublic = await schemaOf(client);
    const own = new Client({ connectionString: inSchema(database.url, 'shop_north') });
    await own.connect();
    const inShop = await schemaOf(own, ['shop_north']);
    await own.end();
    expect(inPublic.length).toBeGreaterThan(1000);
    expect(named(inShop)).toEqual(named(inPublic));
  });

  it('leaves nothing outside of its schema', async () => {
    expect(await others()).toEqual(before);
  });

  it('is in the directory once, however often it is made', async () => {
    const [made] = await list();
    expect(made).toMatchObject({ slug: 'north', schema: 'shop_north', status: 'active', role: RUNNING_ROLE });
    expect(await createShop(database.url, { ...shop('north'), name: 'Other' }, { adapt })).toEqual(made);
    expect(await list()).toEqual([made]);
  });

  it('is completed by the next attempt after one that was interrupted', async () => {
    await expect(createShop(database.url, shop('half-made'), { adapt, report: stopped })).rejects.toThrow('killed');
    const { rows } = await client.query<{ done: number }>(
      'SELECT count(*)::int AS done FROM shop_half_made.migrations',
    );
    expect(rows[0]!.done).toBe(39);
    await createShop(database.url, shop('half-made'), { adapt });
    expect(await migrateShops(database.url, { adapt })).toEqual([
      { shop: 'north', ran: [] },
      { shop: 'half-made', ran: [] },
    ]);
  });

  it('is made once by several at the same time, and others beside it', async () => {
    const slugs = ['east', 'west', 'east', 'west'];
    await Promise.all(slugs.map((slug) => createShop(database.url, shop(slug), { adapt })));
    const made = (await list()).map(({ slug }) => slug);
    expect(made.toSorted()).toEqual(['east', 'half-made', 'north', 'west']);
    const results = await migrateShops(database.url, { adapt });
    expect(results.flatMap(({ ran }) => ran)).toEqual([]);
  });

  it.each(['Big', 'a_b', '-a', 'a--b', 'default', '', 'x'.repeat(41), 'a"b', 'ä'])(
    'can not be called %j',
    async (slug) => {
      await expect(createShop(database.url, shop(slug), { adapt })).rejects.toThrow(MigrationRefused);
    },
  );

  it('takes no schema that belongs to somebody else, and none that a role is called by', async () => {
    await client.query('CREATE SCHEMA shop_taken');
    await expect(createShop(database.url, shop('taken'), { adapt })).rejects.toThrow('shop_taken already');
    const wanted = { ...shop('trap'), role: 'shop_trap' };
    await expect(createShop(database.url, wanted, { adapt })).rejects.toThrow('A role is called shop_trap');
    expect((await list()).map(({ slug }) => slug)).not.toContain('trap');
  });

  it('needs a default shop beside it', async () => {
    const empty = await createEmptyDatabase();
    await expect(createShop(empty.url, shop('north'), { adapt })).rejects.toThrow('run till migrate first');
    await empty.drop();
  });
});

describe('The role of the processes', () => {
  it('reads and writes rows of the shop, and can not change its tables', async () => {
    const role = new Client({ connectionString: inSchema(asRunningRole(database.url), 'shop_north') });
    await role.connect();
    expect((await role.query('SELECT FROM orders')).rowCount).toBe(0);
    await expect(role.query('ALTER TABLE orders ADD more int')).rejects.toMatchObject({ code: '42501' });
    await expect(role.query('CREATE TABLE more (id int)')).rejects.toMatchObject({ code: '42501' });
    await expect(role.query('DELETE FROM ledger_entries')).rejects.toMatchObject({ code: '42501' });
    await role.end();
  });
});

describe('A connection', () => {
  it('finds the tables of its shop alone', async () => {
    await client.query('CREATE TABLE IF NOT EXISTS only_here (id int)');
    const source = await open('shop_north');
    expect(await source.query('SELECT count(*)::int AS orders FROM orders')).toEqual([{ orders: 0 }]);
    await expect(source.query('SELECT FROM only_here')).rejects.toMatchObject({ driverError: { code: '42P01' } });
    await source.destroy();
    await client.query('DROP TABLE only_here');
  });

  it('is refused when there is no such shop', async () => {
    await expect(open('shop_nowhere')).rejects.toThrow('in no schema instead of shop_nowhere');
  });
});

describe('Migrating', () => {
  it('goes on after a shop that fails, and names it', async () => {
    await client.query(
      `INSERT INTO shop_north.migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    const results = await migrateShops(database.url, { adapt });
    await client.query('DELETE FROM shop_north.migrations WHERE timestamp = 9999999999999');
    expect(results.map(({ shop: slug, failure }) => [slug, failure !== undefined])).toEqual(
      expect.arrayContaining([
        ['north', true],
        ['half-made', false],
      ]),
    );
  });

  it('of one shop waits for no other', async () => {
    const other = new Client({ connectionString: inSchema(database.url, 'shop_north') });
    await other.connect();
    const waits: string[] = [];
    const report = (message: string) => void waits.push(message);
    await other.query('BEGIN');
    await other.query(
      `SELECT pg_advisory_xact_lock(748455), pg_advisory_xact_lock(hashtextextended('shop_north', 748455))`,
    );
    await createShop(database.url, shop('west'), { adapt, report, waitMs: 0 });
    await expect(createShop(database.url, shop('north'), { adapt, waitMs: 0 })).rejects.toThrow(
      /Another process migrates this database \(PostgreSQL process \d+/,
    );
    await other.end();
    expect(waits.filter((message) => message.startsWith('waiting'))).toEqual([]);
  });

  it('several at once lets one that waits hold up no other', async () => {
    const other = new Client({ connectionString: inSchema(database.url, 'shop_north') });
    await other.connect();
    await other.query(`SELECT pg_advisory_lock(hashtextextended('shop_north', 748455))`);
    const done: string[] = [];
    const others = (await list()).map(({ slug }) => slug).filter((slug) => slug !== 'north');
    const migrating = migrateShops(database.url, { adapt, parallel: 2, done: (result) => void done.push(result.shop) });
    await expect.poll(() => done.toSorted(), { timeout: 60_000 }).toEqual(others.toSorted());
    await other.end();
    expect((await migrating).map(({ shop: slug, failure }) => [slug, failure])).toEqual(
      ['north', ...others].map((slug) => [slug, undefined]),
    );
  });

  it('ends after the present migration when it is told to, says what remains, and goes on later', async () => {
    const stop = new AbortController();
    class First1900000000000 implements MigrationInterface {
      up = () => Promise.resolve(stop.abort());
      down = () => Promise.resolve();
    }
    class Second1900000000001 implements MigrationInterface {
      up = () => Promise.resolve();
      down = () => Promise.resolve();
    }
    const migrations = [...(await loadMigrations()), First1900000000000, Second1900000000001];
    const begun: string[] = [];
    const report = (_: string, slug: string) => void begun.push(slug);
    const results = await migrateShops(database.url, { adapt, migrations, report, signal: stop.signal });
    expect(results.every(({ failure }) => failure === stop.signal.reason)).toBe(true);
    expect(new Set(begun)).toEqual(new Set(['north']));
    const [first, ...others] = await migrateShops(database.url, { adapt, migrations });
    expect(first).toEqual({ shop: 'north', ran: ['Second1900000000001'] });
    const both = ['First1900000000000', 'Second1900000000001'];
    expect(others.map(({ ran }) => ran)).toEqual(others.map(() => both));
  });
});
