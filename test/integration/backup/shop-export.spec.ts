import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Decrypter } from 'age-encryption';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inSchema } from '../../../src/platform/config/index.js';
import { createShop, migrate } from '../../../src/platform/database/index.js';
import { type Api, startApi } from '../../support/api.js';
import { builtEntry, runCli } from '../../support/build.js';
import { type OwnServer, ownPostgres } from '../../support/servers.js';
import { systemPostgres } from '../../support/system-postgres.js';

const COMMANDS = 180_000;
const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';

describe.skipIf(!systemPostgres)(`till shops export${where}`, { timeout: COMMANDS }, () => {
  let server: OwnServer;
  let directory: string;
  let north: Api;
  let env: Record<string, string>;
  let keys: { readonly recipient: string; readonly identity: string };

  const till = async (...args: readonly string[]) =>
    JSON.parse((await runCli(args, env)).stdout) as Record<string, unknown>;
  const file = (name: string) => path.join(directory, name);
  const buy = async () => {
    const lines = [{ productId: (await north.product(5)).id, quantity: 1 }];
    await north.checkOut(await north.person(), lines);
  };

  beforeAll(async () => {
    server = await ownPostgres(systemPostgres);
    directory = await mkdtemp(path.join(tmpdir(), 'till-export-'));
    await migrate(server.url);
    for (const slug of ['north', 'south'])
      await createShop(server.url, { slug, name: slug, role: null }, { adapt: sandboxInShop });
    north = await startApi({ SHOP: 'north', DATABASE_URL: inSchema(server.url, 'shop_north') });
    const { SHOP: _, ...settings } = north.settings as Record<string, string>;
    keys = JSON.parse((await runCli(['backup', 'key'], {})).stdout) as typeof keys;
    env = {
      ...settings,
      DATABASE_URL: server.url,
      BACKUP_POSTGRES_BIN: systemPostgres!,
      BACKUP_RECIPIENTS: keys.recipient,
    };
    await buy();
  }, COMMANDS);
  afterAll(async () => {
    await north?.close();
    await server?.remove();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it('writes the schema of one shop, with what it had in one moment, while the shop sells', async () => {
    const exported = new AbortController();
    const seller = (async () => {
      while (!exported.signal.aborted) await buy();
    })();
    const printed = await till('shops', 'export', 'north', '--to', file('north.till')).finally(() => exported.abort());
    await seller;
    expect(printed).toMatchObject({ slug: 'north', rows: { ledger_seals: expect.any(Number) as number } });
    const decrypter = new Decrypter();
    decrypter.addIdentity(keys.identity);
    const plain = Buffer.from(await decrypter.decrypt(await readFile(file('north.till'))));
    const end = plain.indexOf(10);
    const { rows } = JSON.parse(plain.subarray(0, end).toString()) as { rows: Record<string, number> };
    expect(rows).toEqual(printed['rows']);
    const restore = promisify(execFile)(path.join(systemPostgres!, 'pg_restore'), ['--file=-'], {
      maxBuffer: 1e9,
    });
    restore.child.stdin!.end(plain.subarray(end + 1));
    const { stdout: script } = await restore;
    expect([...script.matchAll(/^CREATE SCHEMA (\S+);/gm)].map(([, schema]) => schema)).toEqual(['shop_north']);
    const copied = /^COPY shop_north\.orders .*\n([^]*?)^\\\.$/m.exec(script)![1]!;
    expect(copied.match(/\n/g)).toHaveLength(rows['orders']!);
    expect(script).not.toMatch(/shop_south|EXTENSION/);
  });

  it.each([
    ['a file that exists', ['north', '--to', 'north.till'], /exists already/],
    ['a shop that does not exist', ['west', '--to', 'west.till'], /There is no shop west/],
    ['the default shop', ['default', '--to', 'default.till'], /till backup/],
  ])('refuses %s', async (_, [slug = '', option = '', name = ''], why) => {
    const before = await readdir(directory);
    await expect(till('shops', 'export', slug, option, file(name))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(why) as string,
    });
    expect(await readdir(directory)).toEqual(before);
  });

  it('leaves no file when it is interrupted', async () => {
    const before = await readdir(directory);
    // A dump that waits for a table can be interrupted in the middle.
    const locked = north.app.get(DataSource).createQueryRunner();
    await locked.startTransaction();
    await locked.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    const args = [await builtEntry('cli.js'), 'shops', 'export', 'north', '--to', file('interrupted.till')];
    const running = spawn(process.execPath, args, { env: { ...process.env, ...env } });
    const ended = once(running, 'exit');
    await expect
      .poll(() => north.sql(`SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock'`), {
        timeout: 60_000,
      })
      .not.toEqual([]);
    running.kill('SIGINT');
    await locked.rollbackTransaction();
    await locked.release();
    expect(await ended).toEqual([130, null]);
    expect(await readdir(directory)).toEqual(before);
  });
});
