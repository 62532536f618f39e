import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { inSchema, schemaOf } from '../../../src/platform/config/index.js';
import { appliedMigrations, reportOf, stateOf, withDirectory } from '../../../src/platform/database/index.js';
import { runCli } from '../../support/build.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { type SwitchableProxy, switchableProxy } from '../../support/switchable-proxy.js';

vi.setConfig({ testTimeout: 120_000 });

/** More than are asked for at once. */
const CURRENT = Array.from({ length: 120 }, (_, index) => `current-${index}`);
const OTHERS = { behind: 'behind', ahead: 'ahead', newer: 'newer', changed: 'changed', 'of-old': 'current' } as const;
const INCOMPLETE = { empty: 'none', gone: 'none', 'without-checksums': 'current' } as const;
const STATES = { ...Object.fromEntries(CURRENT.map((slug) => [slug, 'current'])), ...OTHERS, ...INCOMPLETE };

const CHANGES: Readonly<Record<string, string>> = {
  behind: 'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)',
  ahead: `INSERT INTO migrations ("timestamp", name) VALUES (9999999999999, 'Later9999999999999')`,
  newer: `INSERT INTO migrations ("timestamp", name) VALUES (9999999999999, 'Later9999999999999');
    INSERT INTO migration_checksums (name, checksum, requires) VALUES ('Later9999999999999', 'none', NULL)`,
  changed: `UPDATE migration_checksums SET checksum = 'another' WHERE name = (SELECT max(name) FROM migration_checksums)`,
  'of-old': 'ALTER TABLE migration_checksums DROP COLUMN requires',
  empty: 'DROP TABLE migrations, migration_checksums',
  gone: 'DROP SCHEMA shop_gone CASCADE',
  'without-checksums': 'DROP TABLE migration_checksums',
};

let database: TestDatabase;
let proxy: SwitchableProxy;
let url: string;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await switchableProxy(Number(new URL(database.url).port));
  url = Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: String(proxy.port) }).href;
  await withDirectory(database.url, async (directory) => {
    for (const slug of Object.keys(STATES)) {
      await directory.change(() => directory.add({ slug, name: slug, schema: schemaOf(slug), role: null }));
    }
  });
  for (const slug of Object.keys(STATES)) await fill(slug);
});
afterAll(async () => {
  await proxy?.close();
  await database?.drop();
});

/** Gives the schema of a shop the two tables that say what was migrated, and no others. */
const fill = (slug: string) =>
  inShop(slug, async (client) => {
    for (const table of ['migrations', 'migration_checksums']) {
      await client.query(`CREATE TABLE ${table} (LIKE public.${table} INCLUDING ALL)`);
      await client.query(`INSERT INTO ${table} SELECT * FROM public.${table}`);
    }
    await client.query(CHANGES[slug] ?? '');
  });

async function inShop<T>(slug: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inSchema(database.url, schemaOf(slug)) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What a command prints, and over how many connections. */
async function printed(...args: string[]) {
  const before = proxy.accepted();
  const { stdout } = await runCli(args, { DATABASE_URL: url }).catch((error: { stdout: string }) => error);
  const lines = stdout.trim().split('\n');
  return { lines: lines.map((line) => JSON.parse(line) as object), connections: proxy.accepted() - before };
}

it('The states of all shops come over one connection beside that of the default shop', async () => {
  const { lines, connections } = await printed('shops', 'list', '--json');
  const further = Object.entries(STATES).map(([slug, migrations]) => {
    return { slug, name: slug, status: 'active', schema: schemaOf(slug), migrations };
  });
  expect(lines).toEqual([expect.objectContaining({ slug: 'default', migrations: 'current' }), ...further]);
  expect(connections).toBe(2);
});

it('The state of migrations says of each shop what a connection to it says', async () => {
  const { lines, connections } = await printed('migrate', 'status');
  const [own, ...further] = lines;
  expect(own).toMatchObject({ shop: 'default', state: 'current' });
  const expected = [];
  for (const slug of Object.keys(STATES)) expected.push(await inShop(slug, (client) => statusOf(slug, client)));
  expect(further).toEqual(expected);
  expect(connections).toBe(2);
});

async function statusOf(shop: string, client: Client) {
  const migrations = await appliedMigrations(async (sql: string) => (await client.query<object>(sql)).rows);
  const { applied, ...others } = await reportOf(migrations);
  return { shop, state: await stateOf(migrations), applied: applied.length, newest: applied.at(-1) ?? null, ...others };
}
