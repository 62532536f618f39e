import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/platform/database/index.js';
import { startApi } from '../../support/api.js';
import { runCli } from '../../support/build.js';
import { asRunningRole, createRunningRole, RUNNING_ROLE } from '../../support/running-role.js';
import { type OwnServer, ownPostgres } from '../../support/servers.js';
import { systemPostgres } from '../../support/system-postgres.js';
import { authorityFile, tlsFront } from '../../support/tls/tls-front.js';

/** A build may come first, and each command starts a process, in milliseconds. */
const COMMANDS = 180_000;
const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';
const OWNER = 'till_owner';
const PASSWORD = 'till-owner-password';

async function query<R>(url: string, ...statements: readonly string[]): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: R[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows as R[];
    return rows;
  } finally {
    await client.end();
  }
}

describe.skipIf(!systemPostgres)(
  `A database of two roles, over TLS by an authority of NODE_EXTRA_CA_CERTS${where}`,
  { timeout: COMMANDS },
  () => {
    let server: OwnServer;
    let front: Awaited<ReturnType<typeof tlsFront>>;
    let directory: string;
    let keys: { readonly recipient: string; readonly identity: string };

    beforeAll(async () => {
      server = await ownPostgres(systemPostgres);
      front = await tlsFront(server.port, 'postgres');
      directory = await mkdtemp(path.join(tmpdir(), 'till-roles-'));
      await createRunningRole(server.url);
      await query(server.url, `CREATE ROLE ${OWNER} LOGIN PASSWORD '${PASSWORD}'`);
      await newDatabase('shop');
      await migrate(asOwner('shop'), { runningRole: RUNNING_ROLE });
      await query(
        asRunningRole(database('shop')),
        "INSERT INTO users (id, email, name, roles) VALUES (gen_random_uuid(), 'a@till.test', 'Ada', '{customer}')",
      );
      keys = JSON.parse((await runCli(['backup', 'key'], {})).stdout) as typeof keys;
      await till(['backup'], 'shop', 'shop');
    }, COMMANDS);
    afterAll(async () => {
      await front?.close();
      await server?.remove();
      if (directory) await rm(directory, { recursive: true, force: true });
    });

    const database = (name: string) => Object.assign(new URL(server.url), { pathname: name }).href;
    const asOwner = (name: string) =>
      Object.assign(new URL(database(name)), { username: OWNER, password: PASSWORD }).href;
    const newDatabase = (name: string) =>
      query(server.url, `CREATE DATABASE ${name} OWNER ${OWNER} ENCODING 'UTF8' TEMPLATE template0`);
    /** The same database through TLS. Nothing but NODE_EXTRA_CA_CERTS names the authority. */
    const overTls = (url: string) =>
      Object.assign(new URL(url), { hostname: 'localhost', port: String(front.port), search: '?sslmode=verify-full' })
        .href;
    const till = (
      args: readonly string[],
      running: string,
      owned: string,
      env: Readonly<Record<string, string>> = {},
    ) =>
      runCli(args, {
        DATABASE_URL: overTls(asRunningRole(database(running))),
        MIGRATION_DATABASE_URL: overTls(asOwner(owned)),
        NODE_EXTRA_CA_CERTS: authorityFile,
        TMPDIR: directory,
        BACKUP_DIRECTORY: path.join(directory, 'backups'),
        BACKUP_RECIPIENTS: keys.recipient,
        BACKUP_IDENTITY: keys.identity,
        BACKUP_POSTGRES_BIN: systemPostgres!,
        ...env,
      });

    it('is backed up as the role of the processes, and the authorities leave no file', async () => {
      expect((await till(['backup', 'list'], 'shop', 'shop')).stdout).toContain('"users":1');
      expect(await readdir(directory)).toEqual(['backups']);
    });

    it('is restored for its owner, and the role of the processes gets its rights and owns nothing', async () => {
      await newDatabase('copy');
      const { stdout } = await till(['restore', 'latest'], 'copy', 'copy');
      expect(JSON.parse(stdout)).toMatchObject({ rows: { users: 1 } });
      const owners = await query(
        database('copy'),
        "SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname IN ('public', 'sandbox')",
      );
      expect(owners).toEqual([{ owner: OWNER }]);
      const running = asRunningRole(database('copy'));
      await expect(query(running, 'ALTER TABLE ledger_entries DISABLE TRIGGER ALL')).rejects.toThrow(/must be owner/);
      const api = await startApi({ DATABASE_URL: running });
      const mug = await api.product(5);
      expect((await api.place(await api.person(), [{ productId: mug.id, quantity: 1 }])).status).toBe(201);
      await api.close();
    });

    it('is not restored where only DATABASE_URL leads to the new database', async () => {
      await newDatabase('other');
      await expect(till(['restore', 'latest'], 'other', 'shop')).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/has tables already.*MIGRATION_DATABASE_URL/) as string,
      });
      expect(await query(database('other'), "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    });

    it('is not backed up when nothing names the authority', async () => {
      await expect(till(['backup'], 'shop', 'shop', { NODE_EXTRA_CA_CERTS: '' })).rejects.toMatchObject({
        stderr: expect.stringMatching(/certificate/i) as string,
      });
    });
  },
);
