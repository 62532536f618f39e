import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { createShop } from '../../../src/platform/database/index.js';
import { builtEntry, runCli } from '../../support/build.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

vi.setConfig({ testTimeout: 120_000 });

let database: TestDatabase;
let client: Client;

type Lines = readonly Readonly<Record<string, unknown>>[];
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Lines[number]);
const till = (...args: string[]) => runCli(args, { DATABASE_URL: database.url });

beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  for (const slug of ['north', 'south'])
    await createShop(database.url, { slug, name: slug, role: null }, { adapt: sandboxInShop });
}, 240_000);
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

describe('till migrate', () => {
  it('names the shop in each line, and sums up', async () => {
    const lines = linesOf((await till('migrate', '--parallel', '3')).stderr);
    expect(lines.map(({ shop, msg }) => [shop, msg])).toEqual(
      expect.arrayContaining([
        ['north', 'nothing to migrate'],
        ['south', 'nothing to migrate'],
      ]),
    );
    expect(lines.at(0)).toMatchObject({ msg: 'nothing to migrate', ran: [] });
    expect(lines.at(-1)).toMatchObject({ shops: 2, migrated: 0, unchanged: 2, remaining: 0 });
  });

  it('status has a line for each shop, or is about one', async () => {
    const all = linesOf((await till('migrate', 'status')).stdout);
    expect(all.map(({ shop, state, pending }) => [shop, state, pending])).toEqual([
      ['default', 'current', []],
      ['north', 'current', []],
      ['south', 'current', []],
    ]);
    const { shop: _, ...own } = all[1]!;
    expect(linesOf((await till('--shop', 'north', 'migrate', 'status')).stdout)).toEqual([own]);
  });

  it('status names the shops on which this version does not run, and migrate mends them', async () => {
    await client.query('DELETE FROM shop_north.migrations WHERE id = (SELECT max(id) FROM shop_north.migrations)');
    await client.query(`INSERT INTO shop_south.migrations (timestamp, name) VALUES (9999999999999, 'Later')`);
    await expect(till('migrate', 'status')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('north: behind, south: ahead') as string,
    });
    await client.query(`DELETE FROM shop_south.migrations WHERE name = 'Later'`);
  });

  it('ends in order when it is interrupted, and says which shops remain', async () => {
    await client.query(`SELECT pg_advisory_lock(hashtextextended('shop_north', 748455))`);
    const command = [await builtEntry('cli.js'), 'migrate', '--parallel', '1'];
    const child = spawn(process.execPath, command, { env: { ...process.env, DATABASE_URL: database.url } });
    let text = '';
    child.stderr.on('data', (data: Buffer) => (text += data.toString()));
    const exited = once(child, 'close') as Promise<[number]>;
    await vi.waitFor(() => expect(text).toContain('waiting: another process'), { timeout: 60_000 });
    child.kill('SIGINT');
    expect((await exited)[0]).toBe(130);
    await client.query('SELECT pg_advisory_unlock_all()');
    expect(linesOf(text).at(-1)).toMatchObject({ msg: 'interrupted; these shops remain: north, south' });
    expect(text).toContain('Interrupted. Nothing is half done');
  });
});
