import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrderEntity } from '../../../src/orders/order.entity.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';
import { assertBooks } from '../../support/books.js';
import type { ProductBody } from '../../support/bodies.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { pgbouncer, startPgBouncer } from '../../support/pgbouncer.js';

const where = pgbouncer ? '' : ' (not run: there is no pgbouncer on PATH; apt-get install pgbouncer)';

describe.skipIf(!pgbouncer)(`Behind PgBouncer in transaction mode${where}`, () => {
  let database: TestDatabase;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  let api: Api;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let shopper: Person;
  let mug: ProductBody;

  beforeAll(async () => {
    database = await createDatabase();
    bouncer = await startPgBouncer(database.url);
    api = await startApi({ DATABASE_URL: bouncer.url });
    worker = await startWorker(api);
    [shopper, mug] = [await api.person(), await api.product(10_000)];
  });
  afterAll(async () => {
    await worker?.close();
    await api?.close();
    await bouncer?.stop();
    await database?.drop();
  });

  const buy = async () => {
    const placed = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    const paid = await api.pay(shopper, placed.body);
    const read = await api.get<{ status: string }>(`/v1/orders/${placed.body.id}`, shopper);
    return [placed.status, paid.status, read.status, read.body.status];
  };

  it('many orders at once are placed, paid and read, on two sessions that everybody shares', async () => {
    const bought = await Promise.all(
      Array.from({ length: 20 }, async () => [await buy(), await buy(), await buy(), await buy()]),
    );
    expect(new Set(bought.flat().map(String))).toEqual(new Set(['201,201,200,confirmed']));
    expect((await api.get('/v1/products?q=mug&sort=name', shopper)).status).toBe(200);
    await expect.poll(async () => (await api.request('GET /health/ready')).status).toBe(200);
    await assertBooks(api);
  });

  it('the worker handles the events', async () => {
    await expect.poll(() => api.sql('SELECT FROM outbox LIMIT 1'), { timeout: 20_000 }).toEqual([]);
  });

  it('the time-outs hold in each transaction, in each single statement and in reads of TypeORM, and stay nowhere', async () => {
    const SHOW = `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
      current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('enable_seqscan') AS scan`;
    const limits = [{ statement: '4s', lock: '250ms', idle: '10s', scan: 'off' }];
    const [tx, dataSource] = [api.app.get(Transaction), api.app.get(DataSource)];
    expect(await tx.run(() => tx.query(SHOW))).toEqual(limits);
    expect(await tx.query(SHOW)).toEqual(limits);
    const unrestricted = [{ ...limits[0], scan: 'on' }];
    expect(await dataSource.query(SHOW)).toEqual(unrestricted);
    expect(await tx.run(() => tx.repository(OrderEntity).query(SHOW))).toEqual(unrestricted);
    const mixed = tx.run(async () => [
      ...(await tx.repository(OrderEntity).query<unknown[]>(SHOW)),
      ...(await tx.query(SHOW)),
    ]);
    expect(await mixed).toEqual([...unrestricted, ...limits]);
    expect(await api.sql(SHOW)).toEqual([{ statement: '0', lock: '0', idle: '0', scan: 'on' }]);
  });

  it('a snapshot reads one state', async () => {
    const tx = api.app.get(Transaction);
    const level = await tx.snapshot(() => tx.query("SELECT current_setting('transaction_isolation') AS level"));
    expect(level).toEqual([{ level: 'repeatable read' }]);
  });
});
