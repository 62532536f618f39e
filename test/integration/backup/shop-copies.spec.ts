import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../../support/api.js';
import { builtEntry, runCli } from '../../support/build.js';
import { schemaOf } from '../../support/schema.js';
import { commandSettings, FIGURES, shopServer, type ShopServer } from '../../support/shop-server.js';
import { systemPostgres } from '../../support/system-postgres.js';

const COMMANDS = 240_000;
const SOON = { timeout: 60_000, interval: 50 };
const where = systemPostgres ? '' : ' (not run: there is no pg_dump with a server; apt-get install postgresql)';

describe.skipIf(!systemPostgres)(`A shop imported beside the one that it was${where}`, { timeout: COMMANDS }, () => {
  let server: ShopServer;
  let north: Api;
  let settings: Awaited<ReturnType<typeof commandSettings>>;
  let env: Record<string, string>;
  let figures: unknown;

  const till = async (...args: readonly string[]) =>
    JSON.parse((await runCli(args, env)).stdout) as Record<string, unknown>;
  const file = () => settings.file('north.till');
  const linesOf = async (schema: string) => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const lines = await schemaOf(client, [schema]);
    await client.end();
    // A dump has no brackets that say nothing: a AND (b AND c).
    return lines.map((line) => line.replaceAll(schema, 'the_schema').replaceAll(/[()]/g, '')).toSorted();
  };
  const buy = async () => {
    const lines = [{ productId: (await north.product(5)).id, quantity: 1 }];
    return (await north.checkOut(await north.person(), lines)).status;
  };
  /** Starts an import, ends it by force as soon as `reached` returns rows, and waits until nothing of it runs. */
  const killedAt = async (slug: string, reached: string) => {
    const args = [await builtEntry('cli.js'), 'shops', 'import', file(), '--slug', slug];
    const running = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
    const ended = once(running, 'exit');
    await expect.poll(() => server.query(reached), SOON).not.toEqual([]);
    running.kill('SIGKILL');
    await ended;
  };
  const holding = async <T>(statements: string, work: () => Promise<T>) => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    try {
      await client.query(`BEGIN; ${statements}`);
      return await work();
    } finally {
      await client.end();
    }
  };
  const found = async (slug: string) => [
    await server.query(`SELECT FROM pg_namespace WHERE nspname IN ('shop_${slug}', 'till_kept_schema')`),
    await server.query('SELECT FROM till_shops.shops WHERE slug = $1', [slug]),
  ];

  beforeAll(async () => {
    [server, settings] = await Promise.all([shopServer(['north', 'south']), commandSettings()]);
    north = await server.api('north', 'shop_north');
    const { SHOP: _, ...others } = north.settings as Record<string, string>;
    env = { ...others, ...settings.env, DATABASE_URL: server.url };
    await buy();
    await till('shops', 'export', 'north', '--to', file());
    [figures] = await server.query(FIGURES('shop_north'));
  }, COMMANDS);
  afterAll(async () => {
    await north?.close();
    await server?.remove();
    await settings?.remove();
  });

  it('has the same books and the schema of a shop that was made here, while the other one sells', async () => {
    const imported = new AbortController();
    const statuses = new Set<number>();
    const seller = (async () => {
      while (!imported.signal.aborted) statuses.add(await buy());
    })();
    const printed = await till('shops', 'import', file(), '--slug', 'copy').finally(() => imported.abort());
    await seller;
    expect([...statuses]).toEqual([201]);
    expect(printed).toMatchObject({ slug: 'copy', proof: { intact: true }, ended: { sessions: 2 } });
    expect(await server.query(FIGURES('shop_copy'))).toEqual([figures]);
    expect(await linesOf('shop_copy')).toEqual(await linesOf('shop_south'));
    expect(await linesOf('shop_north')).toEqual(await linesOf('shop_south'));
    expect(await north.proof()).toMatchObject({ balanced: true });
  });

  it('lets nobody in by what opens the other one', async () => {
    const open = `SELECT (SELECT count(*)::int FROM shop_copy.sessions WHERE ended_at IS NULL) AS sessions,
      (SELECT count(*)::int FROM shop_copy.api_keys WHERE revoked_at IS NULL) AS keys`;
    expect(await server.query(open)).toEqual([{ sessions: 0, keys: 0 }]);
    expect((await north.get('/v1/orders', await north.admin())).status).toBe(200);
  });

  it('leaves nothing when it is killed before it has all', async () => {
    const waits = `SELECT FROM pg_stat_activity WHERE query LIKE 'ALTER SCHEMA shop_north%' AND wait_event_type = 'Lock'`;
    await holding('ALTER SCHEMA shop_north RENAME TO elsewhere', () => killedAt('west', waits));
    const runs = `SELECT FROM pg_stat_activity WHERE application_name = 'till-backup'`;
    await expect.poll(() => server.query(runs), SOON).toEqual([]);
    expect(await found('west')).toEqual([[], []]);
    expect(await buy()).toBe(201);
    expect(await till('shops', 'import', file(), '--slug', 'west')).toMatchObject({ continued: false });
  });

  it('goes on where it was killed afterwards', async () => {
    const lock = `SELECT pg_advisory_xact_lock(hashtextextended('shop_east', 748455))`;
    const arrived = `SELECT FROM till_shops.shops WHERE slug = 'east'`;
    await holding(lock, () => killedAt('east', arrived));
    expect(await till('shops', 'import', file(), '--slug', 'east')).toMatchObject({
      continued: true,
      proof: { intact: true },
    });
    await expect(till('shops', 'import', file(), '--slug', 'east')).rejects.toMatchObject({
      stderr: expect.stringMatching(/There is a shop east already/) as string,
    });
  });

  it('waits for no migration of the other one, and says so', async () => {
    const lock = `SELECT pg_advisory_xact_lock(hashtextextended('shop_north', 748455))`;
    await holding(lock, () =>
      expect(till('shops', 'import', file(), '--slug', 'late')).rejects.toMatchObject({
        stderr: expect.stringMatching(/The shop north of this database is being migrated/) as string,
      }),
    );
    expect(await found('late')).toEqual([[], []]);
  });
});
