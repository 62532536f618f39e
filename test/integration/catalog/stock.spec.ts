import { randomUUID } from 'node:crypto';
import { Client, type DatabaseError } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProofChecks, ProofScope } from '../../../src/platform/proof/index.js';
import { decodeId, encodeId, newId, type ProductId } from '../../../src/shared/ids.js';
import { startCatalogApi } from '../../support/catalog-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let api: Awaited<ReturnType<typeof startCatalogApi>>;
let one: Client;
let two: Client;
/** A product with 10 pieces, in its public form and as the database has it. */
let product: string;
let id: ProductId;

beforeAll(async () => {
  database = await createDatabase();
  api = await startCatalogApi(database.url);
  [one, two] = await Promise.all([connect(), connect()]);
});
afterAll(async () => {
  await Promise.all([one?.end(), two?.end()]);
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  product = (await api.makeProduct({ stock: { onHand: 10 } })).id;
  id = decodeId('prd', product) as ProductId;
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}

/** As orders do it: the level and its movement in one statement. */
const RESERVE = `
  WITH level AS (UPDATE stock_levels SET reserved = reserved + $2 WHERE product_id = $1 RETURNING product_id)
  INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id)
  SELECT gen_random_uuid(), product_id, 'reserve', 0, $2, gen_random_uuid() FROM level`;
const levelOf = async () =>
  (await one.query('SELECT on_hand, reserved FROM stock_levels WHERE product_id = $1', [id])).rows[0] as object;
/** What the database says to a statement it refuses. */
const refusal = (sql: string, parameters: unknown[] = [id]) =>
  one.query(sql, parameters).then(
    () => undefined,
    ({ code, constraint }: DatabaseError) => constraint ?? code,
  );

describe('the database refuses', () => {
  it.each([
    ['more reserved than there is', 'SET reserved = on_hand + 1', 'stock_not_oversold'],
    ['less than nothing reserved', 'SET reserved = -1', 'stock_not_oversold'],
    ['less than nothing on hand', 'SET on_hand = -1', 'stock_not_oversold'],
    ['more than anybody has', 'SET on_hand = 1000000000001', 'stock_not_absurd'],
  ])('%s', async (_, change, constraint) => {
    expect(await refusal(`UPDATE stock_levels ${change} WHERE product_id = $1`)).toBe(constraint);
  });

  it.each([
    ['a changed movement', 'UPDATE stock_movements SET on_hand_delta = 11 WHERE product_id = $1'],
    ['a deleted movement', 'DELETE FROM stock_movements WHERE product_id = $1'],
  ])('%s', async (_, sql) => expect(await refusal(sql)).toBe('23001'));

  it('an emptied journal', async () => {
    expect(await refusal('TRUNCATE stock_movements', [])).toBe('23001');
  });

  it('a movement that moves nothing, or of a product that is not there', async () => {
    const insert = `INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta)
      VALUES (gen_random_uuid(), $1, 'adjust', $2, 0)`;
    expect(await refusal(insert, [id, 0])).toBe('stock_movements_check');
    expect(await refusal(insert, [newId(), 1])).toBe('stock_movements_product_id_fkey');
  });
});

describe('two connections', () => {
  it('cannot both take the last pieces', async () => {
    await one.query('BEGIN');
    await one.query(RESERVE, [id, 6]);
    const second = two.query(RESERVE, [id, 6]).catch((error: DatabaseError) => error.constraint);
    await untilSomebodyWaits();
    await one.query('COMMIT');
    expect(await second).toBe('stock_not_oversold');
    expect(await levelOf()).toEqual({ on_hand: 10, reserved: 6 });
  });

  it('cannot take away by hand what an order takes at the same time', async () => {
    await one.query('BEGIN');
    await one.query(RESERVE, [id, 6]);
    const adjusted = api.adjust(product, -5);
    await untilSomebodyWaits();
    await one.query('COMMIT');
    expect(await adjusted).toMatchObject({ status: 409, body: { code: 'insufficient_stock' } });
    expect(await levelOf()).toEqual({ on_hand: 10, reserved: 6 });
  });
});

async function untilSomebodyWaits(): Promise<void> {
  const waiting = 'SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()';
  while ((await one.query(waiting)).rowCount === 0);
}

describe('POST /v1/products/:id/stock-adjustments', () => {
  it('answers the movement, and tells', async () => {
    const made = await api.adjust(product, -3);
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^stm_/) as string,
        productId: product,
        kind: 'adjust',
        onHandDelta: -3,
        reservedDelta: 0,
        orderId: null,
        reason: 'counted',
      },
    });
    const told = await one.query(`SELECT data FROM events WHERE aggregate_id = $1 AND type = 'stock.adjusted'`, [
      product,
    ]);
    expect(told.rows).toEqual([{ data: { movement: made.body, stock: { onHand: 7, reserved: 0, available: 7 } } }]);
  });

  it('adjusts once for one key, however often it is sent at once', async () => {
    const options = { headers: { 'idempotency-key': randomUUID() } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.adjust(product, 5, options)));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body['id'])).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    expect(await levelOf()).toEqual({ on_hand: 15, reserved: 0 });
  });

  it('decides a refusal anew under its key', async () => {
    const options = { headers: { 'idempotency-key': randomUUID() } };
    const first = await api.adjust(product, -11, options);
    expect(first).toMatchObject({ status: 409, body: { code: 'insufficient_stock' } });
    await api.adjust(product, 100);
    expect((await api.adjust(product, -11, options)).status).toBe(201);
    expect(await levelOf()).toEqual({ on_hand: 99, reserved: 0 });
  });

  it('loses none of many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => api.adjust(product, n % 2 === 0 ? 3 : -1)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await levelOf()).toEqual({ on_hand: 30, reserved: 0 });
  });

  it('needs a key, and the permission', async () => {
    expect(await api.adjust(product, 1, { headers: {} })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_missing' },
    });
    expect((await api.adjust(product, 1, { token: api.tokenFor('support') })).status).toBe(403);
    expect((await api.adjust(product, 1, { token: undefined })).status).toBe(401);
  });

  it.each([
    ['nothing', 0],
    ['half a piece', 0.5],
    ['too much', 1_000_000_001],
    ['text', '5'],
  ])('refuses a change by %s', async (_, delta) => {
    const refused = await api.adjust(product, delta as number);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/delta' }] } });
  });

  it('refuses more than Till counts', async () => {
    const { id } = await api.makeProduct({ stock: { onHand: 1_000_000_000_000 } });
    expect(await api.adjust(id, 1)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/delta' }] } });
  });

  it('knows no product that is not there', async () => {
    expect((await api.adjust(encodeId('prd', newId<'prd'>()), 1)).status).toBe(404);
  });
});

const journal = (query = '', token = api.manager) =>
  api.request<{ data: { onHandDelta: number }[]; nextCursor: string | null }>(
    `GET /v1/products/${product}/stock-movements${query}`,
    { token },
  );

describe('GET /v1/products/:id/stock-movements', () => {
  it('is the journal, newest first, in pages', async () => {
    for (const delta of [1, 2, 3]) await api.adjust(product, delta);
    const deltas = (page: Awaited<ReturnType<typeof journal>>) => page.body.data.map(({ onHandDelta }) => onHandDelta);
    const first = await journal('?limit=3');
    expect(deltas(first)).toEqual([3, 2, 1]);
    const second = await journal(`?limit=3&cursor=${first.body.nextCursor}`);
    expect(deltas(second)).toEqual([10]);
    expect(second.body.nextCursor).toBeNull();
  });

  it('is empty for a product that never had stock, and 404 for none', async () => {
    product = (await api.makeProduct()).id;
    expect(await journal()).toMatchObject({ status: 200, body: { data: [], nextCursor: null } });
    product = encodeId('prd', newId<'prd'>());
    expect((await journal()).status).toBe(404);
  });

  it('is for staff', async () => {
    expect((await journal('', api.tokenFor('customer'))).status).toBe(403);
    expect((await journal('', api.tokenFor('support'))).status).toBe(200);
  });
});

const prove = async () => {
  const [check] = api.app
    .get(ProofChecks)
    .all()
    .filter(({ name }) => name === 'stock_matches_journal');
  return check!.run(ProofScope.everything());
};

describe('the proof', () => {
  it('holds after all of the above, and names a level that somebody changed behind its journal', async () => {
    expect(await prove()).toMatchObject({ holds: true, detail: { differing: [] } });
    await one.query('UPDATE stock_levels SET reserved = 1 WHERE product_id = $1', [id]);
    expect(await prove()).toMatchObject({ holds: false, detail: { differing: [{ product, reserved: '1' }] } });
  });
});
