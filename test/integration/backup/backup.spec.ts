import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { migrate } from '../../../src/platform/database/index.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';
import type { ProductBody } from '../../support/bodies.js';
import { builtEntry, runCli } from '../../support/build.js';
import { schemaOf } from '../../support/schema.js';
import { type OwnServer, ownPostgres } from '../../support/servers.js';
import { systemPostgres } from '../../support/system-postgres.js';

/** A build may come first, and each command starts a process, in milliseconds. */
const COMMANDS = 180_000;
const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';

interface Manifest {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly ledger: { readonly sealed: number; readonly head: string };
}

async function query<R>(url: string, sql: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as R[];
  } finally {
    await client.end();
  }
}

const tablesIn = (url: string) =>
  query(url, `SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`);

/** The schema without parentheses and spaces, which PostgreSQL writes differently after it has read its own text. */
async function shapeOf(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await schemaOf(client)).map((line) => line.replaceAll(/[()\s]+/g, ' ')).toSorted();
  } finally {
    await client.end();
  }
}

describe.skipIf(!systemPostgres)(`A backup${where}`, { timeout: COMMANDS }, () => {
  let server: OwnServer;
  let directory: string;
  let api: Api;
  let shopper: Person;
  let mug: ProductBody;
  let keys: { readonly recipient: string; readonly identity: string };
  let manifest: Manifest;

  beforeAll(async () => {
    server = await ownPostgres(systemPostgres);
    directory = await mkdtemp(path.join(tmpdir(), 'till-backup-'));
    await migrate(server.url);
    api = await startApi({ DATABASE_URL: server.url });
    [shopper, mug] = [await api.person(), await api.product(100)];
    keys = JSON.parse((await runCli(['backup', 'key'], {})).stdout) as typeof keys;
    await buy();
    const worker = await startWorker(api);
    const unsealed = () => api.sql('SELECT FROM ledger_unsealed LIMIT 1');
    await vi.waitUntil(async () => (await unsealed()).length === 0, { timeout: 60_000 });
    await worker.close();
    manifest = await take();
  }, COMMANDS);
  afterAll(async () => {
    await api?.close();
    await server?.remove();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  const buy = async () => {
    const { body } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    expect((await api.pay(shopper, body)).status).toBe(201);
    return body;
  };
  const environment = () => ({
    ...api.settings,
    BACKUP_DIRECTORY: directory,
    BACKUP_RECIPIENTS: keys.recipient,
    BACKUP_IDENTITY: keys.identity,
    BACKUP_DRILL_DATABASE_URL: withDatabase('postgres'),
    BACKUP_POSTGRES_BIN: systemPostgres!,
  });
  const till = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCli(args, { ...environment(), ...env });
  const take = async (env = {}) => JSON.parse((await till(['backup'], env)).stdout) as Manifest;
  const refusal = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    till(args, env).then(
      ({ stdout }) => expect.unreachable(stdout),
      ({ code, stderr }: { code: number; stderr: string }) => {
        expect(code).toBe(1);
        return stderr;
      },
    );
  const withDatabase = (name: string) => Object.assign(new URL(server.url), { pathname: name }).href;
  const fileOf = ({ name }: Manifest) => path.join(directory, `${name}.dump.age`);
  const manifestOf = ({ name }: Manifest) => path.join(directory, `${name}.json`);

  /** A new, empty database. */
  async function emptyDatabase(): Promise<string> {
    const name = `copy_${Math.random().toString(36).slice(2)}`;
    await query(withDatabase('postgres'), `CREATE DATABASE ${name} TEMPLATE template0`);
    return withDatabase(name);
  }

  it('is encrypted, and says what is in it', async () => {
    const content = await readFile(fileOf(manifest));
    expect(content.subarray(0, 22).toString()).toBe('age-encryption.org/v1\n');
    expect(createHash('sha256').update(content).digest('hex')).toBe(manifest.sha256);
    expect(manifest.rows).toMatchObject({ orders: 1, payments: 1, 'sandbox.operations': 1 });
    const [chain] = await api.sql('SELECT max(seq) AS sealed FROM ledger_seals');
    expect(manifest.ledger).toMatchObject({
      sealed: Number(chain?.['sealed']),
      head: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect((await till(['backup', 'list'])).stdout).toContain(`"name":"${manifest.name}"`);
  });

  it('restores into an empty database what was there when it was taken, and nothing later', async () => {
    const later = await buy();
    const url = await emptyDatabase();
    const { stdout } = await till(['restore', 'latest'], { DATABASE_URL: url });
    expect(JSON.parse(stdout)).toEqual({ restored: manifest.name, rows: manifest.rows, ledger: manifest.ledger });
    expect(await query(url, `SELECT number FROM orders ORDER BY number`)).toHaveLength(1);
    expect(await query(url, `SELECT FROM orders WHERE number = '${later.number}'`)).toEqual([]);
    expect(await shapeOf(url)).toEqual(await shapeOf(server.url));
    const copy = await startApi({ DATABASE_URL: url });
    expect(await copy.proof()).toMatchObject({ balanced: true });
    const again = await copy.product(5);
    expect((await copy.place(await copy.person(), [{ productId: again.id, quantity: 1 }])).status).toBe(201);
    await copy.close();
  });

  it('proves itself in a drill, which leaves only a note of its success', async () => {
    const { stdout } = await till(['backup', 'verify', manifest.name, '--head', manifest.ledger.head]);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ backup: manifest.name, intact: true, ...manifest.ledger, failed: [] });
    for (const name of ['ageSeconds', 'restoreSeconds', 'proofSeconds']) expect(result[name]).toBeGreaterThan(0);
    const runs = await api.sql('SELECT kind, backup FROM backup_runs ORDER BY id');
    expect(runs).toEqual([
      { kind: 'backup', backup: manifest.name },
      { kind: 'drill', backup: manifest.name },
    ]);
    expect(await query(server.url, "SELECT FROM pg_database WHERE datname ~ '^till_drill_'")).toEqual([]);
    const worker = await startWorker(api);
    const metrics = await (await fetch(`${await worker.getUrl()}/metrics`)).text();
    await worker.close();
    expect(metrics).toMatch(/^till_backup_age_seconds \d/m);
    expect(metrics).toMatch(/^till_backup_drill_age_seconds \d/m);
  });

  it('fails a drill whose chain lacks the head that somebody noted outside', async () => {
    expect(await refusal(['backup', 'verify', '--head', 'f'.repeat(64)])).toContain('does not have the head ffff');
    expect(await query(server.url, "SELECT FROM pg_database WHERE datname ~ '^till_drill_'")).toEqual([]);
  });

  it('fails a drill whose books do not hold', async () => {
    const original = await readFile(manifestOf(manifest), 'utf8');
    const url = await emptyDatabase();
    await till(['restore', 'latest'], { DATABASE_URL: url });
    await query(url, 'ALTER TABLE ledger_entries DISABLE TRIGGER ALL; UPDATE ledger_entries SET amount = amount * 2');
    const folder = await mkdtemp(path.join(tmpdir(), 'till-backup-'));
    await take({ DATABASE_URL: url, BACKUP_DIRECTORY: folder });
    expect(await refusal(['backup', 'verify'], { BACKUP_DIRECTORY: folder })).toContain(
      'The books of the backup do not hold.',
    );
    await rm(folder, { recursive: true });
    expect(await readFile(manifestOf(manifest), 'utf8')).toBe(original);
  });

  describe('changes nothing where it can not be restored:', () => {
    let url: string;
    beforeEach(async () => {
      url = await emptyDatabase();
    });
    const refused = async (env: Readonly<Record<string, string>> = {}) => {
      const said = await refusal(['restore', manifest.name], { DATABASE_URL: url, ...env });
      expect(await tablesIn(url)).toEqual([]);
      return said;
    };

    it('a wrong key', async () => {
      const other = JSON.parse((await till(['backup', 'key'])).stdout) as typeof keys;
      expect(await refused({ BACKUP_IDENTITY: other.identity })).toMatch(/No key of BACKUP_IDENTITY opens/);
    });

    it('a flipped byte, whether or not somebody made the checksum fit', async () => {
      const [file, text] = [await readFile(fileOf(manifest)), await readFile(manifestOf(manifest), 'utf8')];
      const flipped = Buffer.from(file);
      flipped[file.length - 1000]! ^= 1;
      try {
        await writeFile(fileOf(manifest), flipped);
        expect(await refused()).toMatch(/is damaged: its SHA-256 differs/);
        const sha256 = createHash('sha256').update(flipped).digest('hex');
        await writeFile(manifestOf(manifest), JSON.stringify({ ...(JSON.parse(text) as Manifest), sha256 }));
        expect(await refused()).toMatch(/is damaged: it does not decrypt/);
        const cut = file.subarray(0, file.length - 70_000);
        const facts = { bytes: cut.length, sha256: createHash('sha256').update(cut).digest('hex') };
        await writeFile(fileOf(manifest), cut);
        await writeFile(manifestOf(manifest), JSON.stringify({ ...(JSON.parse(text) as Manifest), ...facts }));
        expect(await refused()).toMatch(/is damaged: it does not decrypt/);
      } finally {
        await writeFile(fileOf(manifest), file);
        await writeFile(manifestOf(manifest), text);
      }
    });

    it('no pg_restore of the right version', async () => {
      expect(await refused({ BACKUP_POSTGRES_BIN: directory })).toMatch(
        /This needs pg_restore of PostgreSQL \d+, .*postgresql-client-\d+/,
      );
    });
  });

  it('is not restored over a database that has tables', async () => {
    const before = await api.sql('SELECT count(*)::int FROM orders');
    expect(await refusal(['restore', 'latest'])).toContain('The database has tables already.');
    expect(await api.sql('SELECT count(*)::int FROM orders')).toEqual(before);
  });

  it('is whole or absent when it is interrupted, and one is taken at a time', async () => {
    const blocker = new Client({ connectionString: server.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    const before = await readdir(directory);
    const child = spawn(process.execPath, [await builtEntry('cli.js'), 'backup'], {
      env: { ...process.env, ...environment() },
    });
    const ended = once(child, 'exit');
    const waiting = "SELECT FROM pg_stat_activity WHERE query LIKE 'LOCK TABLE%' AND wait_event_type = 'Lock'";
    await expect.poll(() => query(withDatabase('postgres'), waiting), { timeout: 60_000 }).toHaveLength(1);
    expect(await refusal(['backup'])).toContain('Another backup of this database is running.');
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(await readdir(directory)).toEqual(before);
    await blocker.end();
    await expect.poll(() => query(withDatabase('postgres'), waiting), { timeout: 60_000 }).toEqual([]);
  });

  it('removes expired ones and what interrupted ones left, and keeps the others', async () => {
    const old = { ...manifest, name: 'till-20200101T000000Z', finishedAt: '2020-01-01T00:00:00.000Z' };
    await writeFile(manifestOf(old), JSON.stringify(old));
    await writeFile(fileOf(old), 'old');
    const left = `${fileOf({ ...manifest, name: 'till-20210101T000000Z' })}.partial`;
    await writeFile(left, 'left over');
    await utimes(left, 1_600_000_000, 1_600_000_000);
    const next = await take({ BACKUP_KEEP_AT_LEAST: '1' });
    const files = [manifest, next].flatMap(({ name }) => [`${name}.dump.age`, `${name}.json`]);
    expect((await readdir(directory)).toSorted()).toEqual(files.toSorted());
  });

  it('is not taken unencrypted, nor without pg_dump', async () => {
    expect(await refusal(['backup'], { BACKUP_RECIPIENTS: '' })).toContain('BACKUP_RECIPIENTS must be set');
    expect(await refusal(['backup'], { BACKUP_POSTGRES_BIN: directory })).toMatch(/This needs pg_dump of PostgreSQL/);
  });
});
