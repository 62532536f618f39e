import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inSchema } from '../../../src/platform/config/index.js';
import { createShop, migrate } from '../../../src/platform/database/index.js';
import { type Api, startApi } from '../../support/api.js';
import { runCli } from '../../support/build.js';
import { type OwnServer, ownPostgres } from '../../support/servers.js';
import { systemPostgres } from '../../support/system-postgres.js';

const COMMANDS = 180_000;
const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';

describe.skipIf(!systemPostgres)(`A backup of a database with several shops${where}`, { timeout: COMMANDS }, () => {
  let server: OwnServer;
  let directory: string;
  let north: Api;
  let env: Record<string, string>;

  const till = async (...args: readonly string[]) =>
    JSON.parse((await runCli(args, env)).stdout) as Record<string, unknown>;
  const query = async (sql: string, url = server.url) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const withDatabase = (name: string) => Object.assign(new URL(server.url), { pathname: name }).href;

  beforeAll(async () => {
    server = await ownPostgres(systemPostgres);
    directory = await mkdtemp(path.join(tmpdir(), 'till-backup-'));
    await migrate(server.url);
    await createShop(server.url, { slug: 'north', name: 'North', role: null }, { adapt: sandboxInShop });
    await query(`CREATE ROLE till_south LOGIN PASSWORD 'south-password'`);
    await createShop(server.url, { slug: 'south', name: 'South', role: 'till_south' }, { adapt: sandboxInShop });
    north = await startApi({ SHOP: 'north', DATABASE_URL: inSchema(server.url, 'shop_north') });
    const { SHOP: _, ...settings } = north.settings as Record<string, string>;
    env = { ...settings, DATABASE_URL: server.url, BACKUP_DIRECTORY: directory, BACKUP_POSTGRES_BIN: systemPostgres! };
    const { recipient, identity } = (await till('backup', 'key')) as Record<'recipient' | 'identity', string>;
    Object.assign(env, { BACKUP_RECIPIENTS: recipient, BACKUP_IDENTITY: identity });
    env['BACKUP_DRILL_DATABASE_URL'] = withDatabase('postgres');
    const lines = [{ productId: (await north.product(5)).id, quantity: 1 }];
    await north.checkOut(await north.person(), lines);
  }, COMMANDS);
  afterAll(async () => {
    await north?.close();
    await server?.remove();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it('has the rows of all of them, and a drill proves the books of all of them', async () => {
    const { rows } = (await till('backup')) as { rows: Record<string, number> };
    expect(rows).toMatchObject({ orders: 0, 'shop_north.orders': 1, 'till_shops.shops': 2 });
    expect(await till('backup', 'verify')).toMatchObject({ intact: true, failed: [] });
  });

  it('is restored with all of them', async () => {
    await query('CREATE DATABASE restored TEMPLATE template0');
    env['DATABASE_URL'] = withDatabase('restored');
    await till('restore', 'latest');
    const proof = JSON.parse((await runCli(['ledger', 'verify', '--shop', 'north'], env)).stdout) as object;
    expect(proof).toMatchObject({ intact: true });
    const { stdout } = await runCli(['shops', 'list', '--json'], env);
    expect(stdout).toContain('"slug":"north"');
    env['DATABASE_URL'] = server.url;
  });

  it('is restored with the rights of their roles', async () => {
    const url = Object.assign(new URL(withDatabase('restored')), {
      username: 'till_south',
      password: 'south-password',
    }).href;
    expect(await query('SELECT count(*)::int AS orders FROM shop_south.orders', url)).toEqual([{ orders: 0 }]);
    expect(await query(`SELECT status FROM till_shops.shops WHERE slug = 'south'`, url)).toEqual([
      { status: 'active' },
    ]);
    await expect(query('DELETE FROM shop_south.ledger_entries', url)).rejects.toThrow(/permission denied/);
    await expect(query('SELECT FROM shop_north.orders', url)).rejects.toThrow(/permission denied/);
  });

  it('is restored, and says which roles are not there', async () => {
    await query(`UPDATE till_shops.shops SET role = 'till_gone' WHERE slug = 'south'`);
    await till('backup');
    await query('CREATE DATABASE again TEMPLATE template0');
    env['DATABASE_URL'] = withDatabase('again');
    await expect(till('restore', 'latest')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"restored":') as string,
      stderr: expect.stringMatching(
        /Everything is restored.*\n?south \(till_gone\): There is no role "till_gone"/s,
      ) as string,
    });
    env['DATABASE_URL'] = server.url;
    expect(await query('SELECT count(*)::int AS shops FROM till_shops.shops', withDatabase('again'))).toEqual([
      { shops: 2 },
    ]);
  });

  it('fails a drill whose further shop has books that do not hold', async () => {
    await query(
      'ALTER TABLE shop_north.ledger_entries DISABLE TRIGGER ALL; UPDATE shop_north.ledger_entries SET amount = amount * 2',
    );
    await till('backup');
    await expect(till('backup', 'verify')).rejects.toMatchObject({
      stdout: expect.stringContaining('"shop":"north"') as string,
      stderr: expect.stringContaining('The books of the backup do not hold.') as string,
    });
  });
});
