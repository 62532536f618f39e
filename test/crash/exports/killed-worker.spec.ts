import { once } from 'node:events';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';
import { asRunningRole } from '../../support/running-role.js';
import { type Person, type Shop, shopAt } from '../../support/shop.js';

interface ExportBody {
  readonly id: string;
  readonly status: string;
  readonly rows: number;
  readonly url: string | null;
}

/** Enough pages that a worker can be killed amid them. */
const POSTED = 40_000;
/** Longer than the lease of what the dead worker was about. */
const TAKEN_UP = { timeout: 90_000, interval: 200 };

let database: TestDatabase;
let env: Record<string, string>;
let apis: readonly BuiltProcess[] = [];
let worker: BuiltProcess;
let shop: Shop;
let finance: Person;
beforeAll(async () => {
  database = await createDatabase();
  const servers = { DATABASE_URL: asRunningRole(database.url), REDIS_URL: await redisDatabase() };
  env = { ...servers, NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000', PUBLIC_URL: 'http://till.test' };
  apis = await Promise.all([startBuilt('main.js', env), startBuilt('main.js', env)]);
  shop = shopAt(apis[0]!.url, { ...env, DATABASE_URL: database.url });
  finance = await shop.person('finance');
  await post();
}, 240_000);
afterAll(async () => {
  await shop?.leave();
  await Promise.all([...apis, worker].map((one) => one?.stop()));
  await database?.drop();
});

/** Posts many transactions of two entries. */
async function post(): Promise<void> {
  await shop.sql(
    `INSERT INTO ledger_accounts (id, code, currency, type)
     VALUES (gen_random_uuid(), 'payouts', 'EUR', 'asset'), (gen_random_uuid(), 'equity', 'EUR', 'equity')`,
  );
  await shop.sql(
    `WITH made AS (
       SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id
       FROM generate_series(1, ${POSTED}) n),
     posted AS (
       INSERT INTO ledger_transactions (id, kind, reference_id, reason, actor_id)
       SELECT id, 'manual', gen_random_uuid(), 'test', $1 FROM made)
     INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
     SELECT made.id, side.position, a.id, side.amount FROM made
     CROSS JOIN (VALUES (1, 'payouts', 5), (2, 'equity', -5)) AS side (position, code, amount)
     JOIN ledger_accounts a ON a.code = side.code AND a.currency = 'EUR'`,
    [decodeId('usr', finance.id)],
  );
}

it('An export whose worker is killed amid it is continued by another, and no api offers half of it', async () => {
  const { token } = finance;
  const asked = await shop.post<ExportBody>('/v1/exports', { token, body: { kind: 'ledger_entries' } });
  const read = async () => (await shop.get<ExportBody>(`/v1/exports/${asked.body.id}`, finance)).body;
  worker = await startBuilt('worker.js', env);
  await expect.poll(async () => (await read()).rows, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0);
  worker.child.kill('SIGKILL');
  await once(worker.child, 'exit');
  const half = await read();
  expect(half).toMatchObject({ status: 'running', url: null });
  expect(half.rows).toBeLessThan(2 * POSTED);

  worker = await startBuilt('worker.js', env);
  await expect.poll(async () => (await read()).status, TAKEN_UP).toBe('ready');
  const its = await read();
  const link = new URL(its.url!);
  const files = await Promise.all(apis.map(async ({ url }) => (await fetch(url + link.pathname + link.search)).text()));
  expect(files[0]).toBe(files[1]);
  const rows = parse(files[0]!, { columns: true }) as Record<string, string>[];
  const keys = new Set(rows.map((row) => `${row['transactionId']} ${row['position']}`));
  expect([its.rows, rows.length, keys.size]).toEqual([2 * POSTED, 2 * POSTED, 2 * POSTED]);
}, 180_000);
