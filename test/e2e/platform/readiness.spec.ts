import { Client } from 'pg';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { DatabaseProbe } from '../../../src/platform/health/database-probe.js';
import { freePort } from '../../../tools/servers/ports.js';
import { type Api, startApi } from '../../support/api.js';
import { builtEntry, runCli } from '../../support/build.js';
import { startBuilt } from '../../support/built-process.js';
import { redisDatabase } from '../../support/redis.js';
import { ownPostgres, ownRedis, type OwnServer } from '../../support/servers.js';

interface HealthBody {
  readonly status: string;
  readonly details: Readonly<Record<string, { readonly message?: string }>>;
}
const messagesIn = ({ details }: HealthBody) => Object.values(details).flatMap(({ message }) => message ?? []);
const SOON = { timeout: 15_000, interval: 200 };

describe('Readiness', () => {
  let api: Api;
  let redis: OwnServer;
  let sql: Client;
  beforeAll(async () => {
    redis = await ownRedis();
    api = await startApi({ LOG_LEVEL: 'silent', REDIS_URL: redis.url });
    sql = new Client({ connectionString: api.settings.DATABASE_URL });
    sql.on('error', () => undefined);
    await sql.connect();
  });
  afterAll(async () => {
    await sql?.end();
    await api?.close();
    await redis?.remove();
  });
  const ready = async () => {
    const { status, body } = await api.request<HealthBody>('GET /health/ready');
    return [status, body.status, ...messagesIn(body)];
  };
  const restored = () => expect.poll(ready, SOON).toEqual([200, 'ok']);

  it.each([
    [
      'newer',
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
      `DELETE FROM migrations WHERE timestamp = 9999999999999`,
      'The schema of the database is newer than this build: run the build that made it.',
    ],
    [
      'older',
      `CREATE TABLE kept AS SELECT * FROM migrations ORDER BY id DESC LIMIT 1; DELETE FROM migrations WHERE id IN (SELECT id FROM kept)`,
      'INSERT INTO migrations SELECT * FROM kept; DROP TABLE kept',
      'The schema of the database is older than this build: run the migrate command.',
    ],
    [
      'missing',
      'ALTER TABLE migrations RENAME TO gone',
      'ALTER TABLE gone RENAME TO migrations',
      'The database has no schema: run the migrate command.',
    ],
  ])('is 503 while the schema is %s', async (_, change, undo, reason) => {
    await restored();
    await sql.query(change);
    await expect.poll(ready, SOON).toEqual([503, 'error', reason]);
    await sql.query(undo);
    await restored();
  });

  it.each([
    ['requires nothing', null, 'ready'],
    ['requires a migration of this build', 'StatementDescriptor1700000022300', 'ready'],
    [
      'requires one that this build does not have',
      'Later9999999999999',
      'The schema of the database is newer than this build: run the build that made it.',
    ],
  ])('on a newer schema depends on its migration: one that %s', async (_, requires, answer) => {
    const probe = new DatabaseProbe(api.settings.DATABASE_URL);
    await sql.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    await sql.query(
      `INSERT INTO migration_checksums (name, checksum, requires) VALUES ('Later9999999999999', 'later', $1)`,
      [requires],
    );
    try {
      const asked = probe.ask().then(
        () => 'ready',
        ({ message }: Error) => message,
      );
      expect(await asked).toBe(answer);
    } finally {
      probe.close();
      await sql.query(`DELETE FROM migrations WHERE timestamp = 9999999999999`);
      await sql.query(`DELETE FROM migration_checksums WHERE checksum = 'later'`);
      await restored();
    }
  });

  it('is 503 while the database is read-only', async () => {
    const name = new URL(api.settings.DATABASE_URL).pathname.slice(1);
    const others =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    await sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await sql.query(others);
    await expect.poll(ready, SOON).toEqual([503, 'error', 'The database is read-only.']);
    await sql.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await sql.query(others);
    await restored();
  });

  it('is 503 while the disk has no room for what does not fit in memory', async () => {
    const name = new URL(api.settings.DATABASE_URL).pathname.slice(1);
    await sql.query(`ALTER DATABASE ${name} SET temp_file_limit = '200kB'`); // refuses with 53400 as a full disk does with 53100
    await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'till health' AND datname = current_database()`,
    );
    await expect.poll(ready, SOON).toEqual([503, 'error', 'The database lacks resources (53400).']);
    await sql.query(`ALTER DATABASE ${name} RESET temp_file_limit`);
    await restored();
  });

  it('asks again on a new connection when the one it kept was lost', async () => {
    const probe = new DatabaseProbe(api.settings.DATABASE_URL);
    await probe.ask();
    const ended = await sql.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'till health' AND datname = current_database()`,
    );
    expect(ended.rows).toContainEqual({ pg_terminate_backend: true });
    await probe.ask();
    probe.close();
  });

  it('is degraded while Redis takes no writes', async () => {
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory', '1');
    await expect.poll(ready, SOON).toEqual([200, 'degraded', 'Redis refuses writes (OOM).']);
    await client.config('SET', 'maxmemory', '0');
    client.disconnect();
    await restored();
  });

  it('stays 200 while 20 requests wait for one locked row', async () => {
    const [shopper, mug] = [await api.person(), await api.product(100)];
    await sql.query('BEGIN');
    await sql.query('UPDATE stock_levels SET on_hand = on_hand');
    const waiting = Promise.all(
      Array.from({ length: 20 }, () => api.place(shopper, [{ productId: mug.id, quantity: 1 }])),
    );
    const seen = new Set<unknown>();
    const over = waiting.then(() => true);
    while (!(await Promise.race([over, ready().then(([status]) => void seen.add(status))])));
    await sql.query('ROLLBACK');
    expect(seen).toEqual(new Set([200]));
    expect(new Set((await waiting).map(({ status }) => status))).toEqual(new Set([503]));
  });
});

describe.each(['main.js', 'worker.js'] as const)('dist/src/%s on a database without a schema', (name) => {
  let postgres: OwnServer;
  beforeAll(async () => {
    await builtEntry(name); // which may take its time
    postgres = await ownPostgres();
  }, 240_000);
  afterAll(() => postgres?.remove());

  it('lives, waits quietly, says why, and starts by itself', async () => {
    const port = String(await freePort());
    const env = {
      NODE_ENV: 'test',
      DATABASE_URL: postgres.url,
      REDIS_URL: await redisDatabase(),
      MAIL_DIRECTORY: inject('mailDirectory'),
    };
    const starting = startBuilt(name, { ...env, PORT: port, WORKER_PORT: port });
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return [answer.status, await answer.json()] as const;
    };
    const noSchema = { status: 'down', message: 'The database has no schema: run the migrate command.' };
    await vi.waitFor(
      async () => expect(await ask('/health/ready')).toMatchObject([503, { error: { migrations: noSchema } }]),
      20_000,
    );
    expect(await ask('/health/live')).toMatchObject([200, { status: 'ok' }]);
    expect(await ask('/v1/orders')).toMatchObject([503, { code: 'database_unavailable' }]);
    await postgres.stop();
    await vi.waitFor(
      async () =>
        expect((await ask('/health/ready'))[1]).toMatchObject({
          error: { database: { message: 'The database does not answer.' } },
        }),
      20_000,
    );
    await postgres.start();
    await runCli(['migrate'], env);
    const started = await starting;
    await vi.waitFor(async () => expect((await ask('/health/ready'))[0]).toBe(200), 20_000);
    const said = started.log();
    expect(said.filter(({ level }) => level === 'error')).toEqual([]);
    // Once for each reason: no schema, no answer, no schema again, and an older one while it is migrated.
    expect(said.filter(({ msg }) => msg === 'waiting for the database').length).toBeLessThan(5);
    expect(await started.stop()).toBe(0);
  }, 90_000);
});
