import { randomUUID } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createIndexConcurrently,
  migrate,
  MigrationRefused,
  reportChangedMigrations,
  revert,
} from '../../../src/platform/database/index.js';
import { checksumOf, loadMigrations, statementsOf } from '../../../src/platform/database/migrations.js';
import { Logger } from '../../../src/platform/logging/index.js';
import { startApi } from '../../support/api.js';
import { builtEntry, runCli } from '../../support/build.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { schemaOf } from '../../support/schema.js';
import { dumpOf, type Release, releases } from '../../releases/dumps.js';

/** A build may come first, in milliseconds. */
const BUILDS = 180_000;

let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  database = await createEmptyDatabase();
  client = await connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

async function connect(url = database.url): Promise<Client> {
  const connected = new Client({ connectionString: url, application_name: 'test' });
  connected.on('error', () => undefined); // the database is dropped with FORCE
  await connected.connect();
  return connected;
}

const load = async (release: Release) => client.query(await dumpOf(release));
const rows = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;

async function newSchema(): Promise<string[]> {
  const other = await createEmptyDatabase();
  const fresh = await connect(other.url);
  try {
    await migrate(other.url);
    return await schemaOf(fresh);
  } finally {
    await fresh.end();
    await other.drop();
  }
}

/** A database of the last release, of which another connection reads tables in a transaction that goes on. */
const hold = async () => {
  await load('0.1.0');
  await client.query('BEGIN; SELECT FROM payments; SELECT FROM orders; SELECT FROM products');
};

/** As if the second migration had said something else when it was applied. */
const alter = () => client.query("UPDATE migration_checksums SET checksum = 'other' WHERE name LIKE 'Ledger1%'");

const MONEY = `
  SELECT o.id, o.capture_pending::int AS capture, o.void_pending::int AS void, o.refund_pending::int AS refund,
    o.disputed_amount::int AS disputed, o.charged_back_amount::int AS lost, o.agreed_amount::int AS agreed, b.reason,
    b.amount::int AS owed
  FROM orders o LEFT JOIN obligations b ON b.order_id = o.id`;
/** One more of a table of the release: a row that is there, with these columns in place of its own. */
const another = (table: string, where: string, columns: object) =>
  client.query(`INSERT INTO ${table} SELECT (json_populate_record(t, $1)).* FROM ${table} t WHERE ${where} LIMIT 1`, [
    JSON.stringify(columns),
  ]);

let nextNumber = 2000;
/** An order of 20.00 with payments of these amounts, in the schema of the release. Returns its id. */
async function orderWith(status: string, ...payments: readonly Readonly<Record<string, unknown>>[]): Promise<string> {
  const [id, number] = [randomUUID(), (nextNumber += 1)];
  const sum = (column: string) => payments.reduce((total, one) => total + Number(one[column] ?? 0), 0);
  const amounts = { authorized_amount: sum('authorized_amount'), captured_amount: sum('captured_amount') };
  const own = { id, number, status, fulfillment_status: 'unfulfilled', reserved_until: null, refunded_amount: 0 };
  await another('orders', 'number = 1001', { ...own, ...amounts });
  const paid = { order_id: id, refunded_amount: 0, captured_amount: 0, status: 'authorized', capture: 'manual' };
  for (const one of payments)
    await another('payments', "status = 'partially_refunded'", { id: randomUUID(), ...paid, ...one });
  return id;
}

const dispute = (order: string, status: string, amount: number) =>
  client.query(
    `INSERT INTO disputes (id, payment_id, provider, reference, amount, status, opened_at, closed_at)
     SELECT gen_random_uuid(), id, provider, gen_random_uuid()::text, $2::bigint, $3::text, now(),
       CASE WHEN $3::text <> 'open' THEN now() END
     FROM payments WHERE order_id = $1`,
    [order, amount, status],
  );

describe('An upgrade', () => {
  it.each(releases)('of a database made by %s ends at the schema of a new one', async (release) => {
    await load(release);
    expect((await migrate(database.url)).length).toBeGreaterThan(0);
    const [upgraded, fresh] = [await schemaOf(client), await newSchema()];
    expect(upgraded.filter((line) => !fresh.includes(line))).toEqual([]);
    expect(fresh.filter((line) => !upgraded.includes(line))).toEqual([]);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('keeps what was sold, and its books balance', async () => {
    await load('0.1.0');
    const before = await rows('SELECT id, total, captured_amount FROM orders ORDER BY id');
    await migrate(database.url);
    expect(before).toHaveLength(3);
    expect(await rows('SELECT id, total, captured_amount FROM orders ORDER BY id')).toEqual(before);
    const api = await startApi({ DATABASE_URL: database.url });
    try {
      expect(await api.proof()).toMatchObject({ balanced: true });
    } finally {
      await api.close();
    }
  });

  it('notes what is on its way of the money that was there, and what orders owe', async () => {
    await load('0.1.0');
    const captured = { authorized_amount: 2000, captured_amount: 2000, status: 'captured' };
    const under = await orderWith('confirmed', { ...captured, refund_pending: 500, capture_pending: 0 });
    const held = await orderWith('pending', { authorized_amount: 2000, capture_pending: 700, void_pending: 300 });
    const ended = await orderWith('cancelled', captured);
    const over = await orderWith('confirmed', captured, { authorized_amount: 1500, captured_amount: 1500 });
    const disputed = await orderWith('confirmed', { ...captured, disputed_amount: 600 });
    await dispute(disputed, 'open', 400);
    await dispute(disputed, 'lost', 200);
    await dispute(disputed, 'won', 100);
    await migrate(database.url);
    const all = [under, held, ended, over, disputed, '01a2238a-f7c7-74a9-9687-3d09aaa7648b'];
    const moneyOf = (await rows(MONEY)).filter(({ id }) => all.includes(String(id)));
    const none = { capture: 0, void: 0, refund: 0, disputed: 0, lost: 0, agreed: null, reason: null, owed: null };
    const expected = [
      { ...none, refund: 500 },
      { ...none, capture: 700, void: 300 },
      { ...none, reason: 'order_ended', owed: 2000 },
      { ...none, reason: 'overpayment', owed: 1500 },
      { ...none, disputed: 400, lost: 200 },
      { ...none, agreed: 1700 },
    ];
    expect(new Map(moneyOf.map(({ id, ...money }) => [id, money]))).toEqual(
      new Map(all.map((id, at) => [id, expected[at]])),
    );
    expect(await rows(`SELECT state, count(*)::int FROM obligations GROUP BY 1`)).toEqual([
      { state: 'open', count: 2 },
    ]);
    expect(await rows('SELECT FROM obligations WHERE next_look_at > now()')).toEqual([]);
  });

  it('leaves products whose skus collide as they are, and says which', async () => {
    await load('0.1.0');
    const said: string[] = [];
    await migrate(database.url, { report: (message) => said.push(message) });
    expect(said.find((message) => message.includes('case or Unicode normal form'))).toMatch(
      /"mug-1" \(product \S+\) beside "Mug-1" \(product \S+\)/,
    );
    expect(await rows("SELECT sku FROM products WHERE sku_key = 'mug-1'")).toEqual([{ sku: 'Mug-1' }]);
    expect(await rows("SELECT count(*)::int FROM products WHERE sku ILIKE 'mug-1'")).toEqual([{ count: 2 }]);
    await client.query("UPDATE products SET sku = 'other' WHERE sku = 'mug-1'");
    await expect(client.query("UPDATE products SET sku = 'MUG-1' WHERE sku = 'other'")).rejects.toMatchObject({
      constraint: 'products_sku_folded_key',
    });
  });

  it('writes e-mail domains in ASCII, and says which accounts share a mailbox', async () => {
    await load('0.1.0');
    const said: string[] = [];
    await migrate(database.url, { report: (message) => said.push(message) });
    expect(await rows("SELECT email FROM users WHERE email LIKE '%nchen%' ORDER BY email")).toEqual([
      { email: 'one@xn--mnchen-3ya.example' },
      { email: 'two@münchen.example' },
      { email: 'two@xn--mnchen-3ya.example' },
    ]);
    const [kept] = await rows("SELECT id FROM users WHERE email = 'two@münchen.example'");
    const warning = said.find((message) => message.includes('one mailbox'));
    expect(warning).toContain(`${String(kept?.['id'])} beside `);
    expect(warning).not.toContain('@');
  });
});

describe('Several migrations at once', () => {
  it('run each step once', async () => {
    await load('0.1.0-early');
    const said: string[] = [];
    const report = (message: string) => said.push(message);
    const ran = await Promise.all([1, 2, 3].map(() => migrate(database.url, { report })));
    const names = ran.flat();
    expect(names.length).toBeGreaterThan(5);
    expect(new Set(names).size).toBe(names.length);
    expect(said.some((message) => message.startsWith('waiting: another process migrates'))).toBe(true);
  });

  it('do not wait for each other for ever', async () => {
    await client.query('SELECT pg_advisory_lock(748455)');
    const refused = migrate(database.url, { waitMs: 1 });
    await expect(refused).rejects.toThrow(MigrationRefused);
    await expect(refused).rejects.toThrow(/Another process migrates this database \(PostgreSQL process \d+, since/);
  });
});

describe('A lock that somebody holds', () => {
  it('makes a migration step back, say who, and go on once it is free', async () => {
    await hold();
    const said: string[] = [];
    const report = (message: string) => {
      said.push(message);
      if (message.includes('waits for a lock')) void client.query('COMMIT');
    };
    expect((await migrate(database.url, { lockTimeoutMs: 50, report })).length).toBeGreaterThan(0);
    expect(
      said.some((message) => /waits for a lock.*process \d+ \(test, idle in transaction\) for \d+ s/.test(message)),
    ).toBe(true);
    expect(await schemaOf(client)).toEqual(await newSchema());
  });

  it('ends a migration that waited long enough, without a trace of the step that waited', async () => {
    await hold();
    const refused = migrate(database.url, { lockTimeoutMs: 50, waitMs: 1 });
    await expect(refused).rejects.toThrow(MigrationRefused);
    await expect(refused).rejects.toThrow(/did not get its locks in 1 attempts.*End what holds them/);
    await client.query('COMMIT');
    await migrate(database.url);
    expect(await schemaOf(client)).toEqual(await newSchema());
  });
});

describe('A migration that was changed after it was applied', () => {
  it('is refused by name, unless it is accepted', async () => {
    await migrate(database.url);
    await alter();
    await expect(migrate(database.url)).rejects.toThrow(/Ledger1700000002000.*--accept-changed/);
    expect(await migrate(database.url, { acceptChanged: true })).toEqual([]);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('is said in the log when a process starts', async () => {
    await migrate(database.url);
    const api = await startApi({ DATABASE_URL: database.url });
    try {
      const error = vi.spyOn(api.app.get(Logger), 'error');
      await reportChangedMigrations(api.app);
      expect(error).not.toHaveBeenCalled();
      await alter();
      await reportChangedMigrations(api.app);
      expect(error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('Ledger1700000002000'), {
        changed: ['Ledger1700000002000'],
      });
    } finally {
      await api.close();
    }
  });

  it('is also found by the built command, whose files are others', { timeout: BUILDS }, async () => {
    await migrate(database.url);
    const env = { DATABASE_URL: database.url };
    expect((await runCli(['migrate'], env)).stderr).toContain('nothing to migrate');
    await alter();
    await expect(runCli(['migrate'], env)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Ledger1700000002000/) as string,
    });
  });

  it('has another checksum when it asks for something else', async () => {
    class One {
      up = (runner: { query(sql: string): unknown }) => Promise.resolve(runner.query('SELECT 1')).then(() => undefined);
      down = () => Promise.resolve();
    }
    class Two extends One {
      override up = async (runner: { query(sql: string): unknown }) => void (await runner.query('SELECT 2'));
    }
    expect(await checksumOf(One)).not.toBe(await checksumOf(Two));
    expect(await checksumOf(One)).toBe(await checksumOf(One));
  });
});

/** As if a later release had migrated the database. */
const later = (requires: string | null) =>
  client.query(`
    INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999');
    INSERT INTO migration_checksums (name, checksum, requires) VALUES
      ('Later9999999999999', 'later', ${requires === null ? 'NULL' : `'${requires}'`})`);

describe('A schema of a later release', () => {
  it('is left as it is by a release that can run on it', async () => {
    await migrate(database.url);
    await later(null);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('is refused by a release that can not', async () => {
    await migrate(database.url);
    await later('Later9999999999999');
    await expect(migrate(database.url)).rejects.toThrow(/newer than this version, which can't run on it/);
  });

  it('is refused where the release that made it said nothing about others', async () => {
    await migrate(database.url);
    await client.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    await expect(migrate(database.url)).rejects.toThrow(MigrationRefused);
  });

  it('has the requirements of migrations also where an earlier release made their table', async () => {
    await migrate(database.url);
    await client.query('ALTER TABLE migration_checksums DROP COLUMN requires');
    await client.query('BEGIN; SELECT FROM migration_checksums');
    const said: string[] = [];
    const migrating = migrate(database.url, { lockTimeoutMs: 100, report: (message) => said.push(message) });
    await vi.waitFor(() => expect(said.join()).toMatch(/migration_checksums waits for a lock/), 20_000);
    await client.query('COMMIT');
    expect(await migrating).toEqual([]);
    expect(await rows('SELECT DISTINCT requires FROM migration_checksums')).toEqual([{ requires: null }]);
  });

  it('says so when processes of earlier releases can not run on it', async () => {
    const contracts =
      /\b(DROP (TABLE|COLUMN|VIEW)|RENAME (TO|COLUMN)|ALTER (COLUMN )?\w+ (SET DATA )?TYPE|SET NOT NULL)\b/i;
    const migrations = await loadMigrations();
    // Those of the first release run before any process of it.
    const since = migrations.slice(migrations.findIndex(({ name }) => name === 'StatementDescriptor1700000022300') + 1);
    const statements = await Promise.all(since.map(async (it) => [it, (await statementsOf(it)).join()] as const));
    const silent = statements.filter(([it, text]) => contracts.test(text) && it.requires === undefined);
    expect(silent.map(([{ name }]) => name)).toEqual([]);
    const names = new Set(migrations.map(({ name }) => name));
    expect(since.filter(({ requires }) => requires !== undefined && !names.has(requires))).toEqual([]);
  });
});

/** The schema without the layout of functions, and without the extension that stays, since others may use it. */
const shape = async () => {
  const lines = await schemaOf(client);
  return lines.map((line) => line.replaceAll(/\s+/g, ' ')).filter((line) => line !== 'extension unaccent');
};

describe('Reverting', () => {
  it('undoes each migration exactly, down to nothing; up again is the same schema', { timeout: BUILDS }, async () => {
    const all = await loadMigrations();
    const shapes: string[][] = [];
    for (let count = 1; count <= all.length; count++) {
      await migrate(database.url, { migrations: all.slice(0, count) });
      shapes.push(await shape());
    }
    const newest = await schemaOf(client);
    for (let count = all.length; count > 1; count--) {
      expect(await revert(database.url)).toEqual([all[count - 1]!.name]);
      expect(await shape(), `after ${all[count - 1]!.name}`).toEqual(shapes[count - 2]);
    }
    expect(await revert(database.url, { steps: 5 })).toEqual([all[0]!.name]);
    expect((await shape()).filter((line) => !/\bmigration(s|_checksums)/.test(line))).toEqual(['extension plpgsql']);
    expect(await migrate(database.url)).toHaveLength(all.length);
    expect(await schemaOf(client)).toEqual(newest);
  });

  it('is refused for a migration of a later version', async () => {
    class Later1900000000000 implements MigrationInterface {
      up = (runner: QueryRunner) => runner.query('CREATE TABLE later (id int)') as Promise<void>;
      down = (runner: QueryRunner) => runner.query('DROP TABLE later') as Promise<void>;
    }
    await migrate(database.url, { migrations: [...(await loadMigrations()), Later1900000000000] });
    await expect(revert(database.url)).rejects.toThrow(/Later1900000000000 is of another version of Till/);
    expect(await rows("SELECT to_regclass('later') IS NOT NULL AS there")).toEqual([{ there: true }]);
  });

  it(
    'is a command that says what it costs, beside one that says where the schema is',
    { timeout: BUILDS },
    async () => {
      const env = { DATABASE_URL: database.url };
      const last = (await loadMigrations()).at(-1)!.name;
      const state = (args: readonly string[]) =>
        runCli(args, env).catch((error: { stdout: string; code: number }) => ({ ...error, stdout: error.stdout }));
      expect(JSON.parse((await state(['migrate', 'status'])).stdout)).toMatchObject({ state: 'none', applied: 0 });
      await runCli(['migrate', 'up', '--wait', '60'], env);
      await expect(runCli(['migrate', 'down'], env)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Take a backup') as string,
      });
      await runCli(['migrate', 'down', '--accept-data-loss'], env);
      const behind = await state(['migrate', 'status']);
      expect(behind).toMatchObject({ code: 1 });
      expect(JSON.parse(behind.stdout)).toMatchObject({ state: 'behind', pending: [last], unknown: [], changed: [] });
      await runCli(['migrate'], env);
      expect(JSON.parse((await runCli(['migrate', 'status'], env)).stdout)).toMatchObject({
        state: 'current',
        newest: last,
      });
    },
  );
});

describe('A migrator that is killed', () => {
  it('leaves nothing half done, and the next one goes on', { timeout: BUILDS }, async () => {
    await hold();
    const entry = await builtEntry('cli.js');
    const command = [entry, 'migrate', '--lock-timeout', '0.1'];
    const child = spawn(process.execPath, command, { env: { ...process.env, DATABASE_URL: database.url } });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    await vi.waitFor(() => expect(said).toContain('waits for a lock'), { timeout: 60_000 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await client.query('COMMIT');
    expect((await migrate(database.url)).length).toBeGreaterThan(0);
    expect(await schemaOf(client)).toEqual(await newSchema());
  });
});

const addUser = (by: Client, name: string) =>
  by.query("INSERT INTO users (id, email, name, roles) VALUES (gen_random_uuid(), $1, $2, '{customer}')", [
    `${randomUUID()}@till.test`,
    name,
  ]);

describe('An index that is created concurrently', () => {
  class Index1900000000000 implements MigrationInterface {
    transaction = false;
    up = (runner: QueryRunner) =>
      createIndexConcurrently(runner, { name: 'users_one_name', definition: 'ON users (name)', unique: true });
    down = (runner: QueryRunner) => runner.query('DROP INDEX CONCURRENTLY users_one_name') as Promise<void>;
  }
  it('waits for old transactions while others write, and replaces what an interrupted run left', async () => {
    const migrations = [...(await loadMigrations()), Index1900000000000];
    await migrate(database.url);
    await addUser(client, 'Ada');
    await addUser(client, 'Ada');
    await expect(migrate(database.url, { migrations })).rejects.toMatchObject({ code: '23505' });
    expect(await rows('SELECT FROM pg_index WHERE NOT indisvalid')).toHaveLength(1);
    await client.query("UPDATE users SET name = email WHERE name = 'Ada'");

    await client.query('BEGIN');
    await addUser(client, 'Eva');
    const running = migrate(database.url, { migrations, lockTimeoutMs: 50 });
    const other = await connect();
    const waiting =
      "SELECT FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()";
    await vi.waitFor(async () => expect((await other.query(waiting)).rowCount).toBe(1), { timeout: 30_000 });
    await addUser(other, 'Max');
    await other.end();
    await client.query('COMMIT');
    expect(await running).toEqual(['Index1900000000000']);
    expect(
      await rows("SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'users_one_name'::regclass"),
    ).toEqual([{ valid: true }]);
    expect(await revert(database.url, { migrations })).toEqual(['Index1900000000000']);
  });
});

describe('The folder of migrations', () => {
  let folder: string;
  beforeEach(async () => {
    const made = await mkdtemp(path.join(tmpdir(), 'till-'));
    folder = path.join(made, 'till (copy) [x] {a,b} !? #%');
    await mkdir(folder);
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true }));

  it('may have any path', { timeout: BUILDS }, async () => {
    const dist = path.resolve(path.dirname(await builtEntry('cli.js')), '..');
    await cp(dist, path.join(folder, 'dist'), { recursive: true });
    for (const name of ['node_modules', 'package.json']) await symlink(path.resolve(name), path.join(folder, name));
    const command = [path.join(folder, 'dist', 'src', 'cli.js'), 'migrate'];
    await promisify(execFile)(process.execPath, command, { env: { ...process.env, DATABASE_URL: database.url } });
    expect(await schemaOf(client)).toEqual(await newSchema());
  });

  it('must have some', async () => {
    await expect(loadMigrations(folder)).rejects.toThrow(/There are no migrations in/);
  });
});
