import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertBooks } from '../../support/books.js';
import { insist } from '../../support/insist.js';
import { problemIn } from '../../support/problem.js';
import { notNow } from '../../support/sql-states.js';
import { api, mug, scenario, shopper } from '../../support/scenario.js';

let sql: Client;

scenario({ env: { LOG_LEVEL: 'silent' }, mugs: 10_000, unchecked: true });
beforeAll(async () => {
  sql = await connected();
  await sql.query(`
    CREATE TABLE refusal (code text);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE refused text := (SELECT code FROM refusal);
    BEGIN
      IF refused IS NOT NULL THEN RAISE EXCEPTION 'refused' USING ERRCODE = refused; END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER refuse AFTER INSERT ON orders FOR EACH STATEMENT EXECUTE FUNCTION refuse()`);
});
afterAll(async () => {
  await assertBooks(api);
  await sql?.end();
});

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: api.settings.DATABASE_URL });
  await client.connect();
  return client;
}

const place = (key: string = randomUUID(), product = mug) =>
  api.place(shopper, [{ productId: product.id, quantity: 1 }], { key });
const orders = async () => (await api.sql('SELECT count(*)::int AS n FROM orders'))[0]?.['n'] as number;

describe('A database that can not do it just now', () => {
  it.each(notNow)('is a 503 with Retry-After (SQLSTATE %s), and the same key has one effect later', async (code) => {
    const [key, before] = [randomUUID(), await orders()];
    await sql.query('INSERT INTO refusal VALUES ($1)', [code]);
    const refused = await place(key);
    await sql.query('DELETE FROM refusal');
    // A row that stays locked says nothing about the database.
    const said = code === '55P03' ? 'overloaded' : 'database_unavailable';
    expect(problemIn(refused)).toMatchObject({ status: 503, code: said });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await insist(() => place(key))).status).toBe(201);
    expect(await orders()).toBe(before + 1);
  });

  it('because it has become read-only is left for one that is not, as after a failover', async () => {
    const name = new URL(api.settings.DATABASE_URL).pathname.slice(1);
    const readOnly = async (value: 'on' | 'off') => {
      await sql.query('SET default_transaction_read_only = off');
      await sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`);
    };
    const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const key = randomUUID();
    await readOnly('on');
    await sql.query(others);
    await expect.poll(async () => (await place(key)).headers.get('retry-after')).toBe('1');
    await readOnly('off');
    expect((await insist(() => place(key))).status).toBe(201);
  });
});

describe('A row that is locked for long', () => {
  it('keeps those who want it waiting, and nobody else', async () => {
    const [coveted, other] = [await api.product(100), await api.product(1000)];
    const wanting = Array.from({ length: 40 }, () => randomUUID());
    const holder = await connected();
    await holder.query(
      'BEGIN; UPDATE stock_levels SET on_hand = on_hand WHERE product_id IN (SELECT id FROM products WHERE sku = $$SKU$$)'.replace(
        'SKU',
        coveted.sku,
      ),
    );
    const waiting = Promise.all(wanting.map((key) => timed(() => place(key, coveted))));
    const served = [];
    for (let round = 0; round < 20; round++) {
      served.push(await timed(() => place(randomUUID(), other)), await timed(() => api.get('/v1/orders', shopper)));
    }
    const refused = await waiting;
    expect(new Set(served.map(({ status }) => status))).toEqual(new Set([201, 200]));
    expect(Math.max(...served.map(({ ms }) => ms))).toBeLessThan(2000);
    expect(new Set(refused.map((answer) => problemIn(answer).code))).toEqual(new Set(['overloaded']));
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(refused.filter(({ headers }) => !headers.get('retry-after'))).toEqual([]);
    expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(5000);

    const late = Promise.all(wanting.slice(0, 20).map((key) => insist(() => place(key, coveted))));
    await holder.query('COMMIT');
    await holder.end();
    expect(new Set((await late).map(({ status }) => status))).toEqual(new Set([201]));
    expect((await api.stockOf(coveted)).reserved).toBe(20);
  });
});

async function timed<T extends object>(send: () => Promise<T>): Promise<T & { ms: number }> {
  const began = performance.now();
  return { ...(await send()), ms: performance.now() - began };
}
