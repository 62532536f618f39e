import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, logFailure, Transaction } from '../../../src/platform/database/index.js';
import { createLogger, Logger, TypeOrmLogger } from '../../../src/platform/logging/index.js';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';
import { type Person, type Shop, shopAt } from '../../support/shop.js';

/** What nobody may read in a log, in forms that fields of several kinds take. */
const CANARY = 'CaNaRy-7731';
const FOUND = /canary-7731/i;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database?.drop());

const failure = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('A canary in a column, in the error that the database makes of it', () => {
  let lines: string[];
  let logger: Logger;
  let dataSource: DataSource;
  let columns: { name: string; table: string; column: string }[];

  beforeAll(async () => {
    logger = new Logger(createLogger('trace', { write: (line) => void lines.push(line) }));
    const options = { ...dataSourceOptions(database.url, 2), logging: true, logger: new TypeOrmLogger(logger) };
    lines = [];
    dataSource = await new DataSource(options as ConstructorParameters<typeof DataSource>[0]).initialize();
    columns = await dataSource.query(`
      SELECT format('%I.%I', table_schema, table_name) AS table, quote_ident(column_name) AS column,
        table_schema || '.' || table_name || '.' || column_name AS name
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 3`);
  });
  afterAll(() => dataSource?.destroy());

  it('reaches no line at any level, whichever logger tells of it, and each line says what failed', async () => {
    const tx = new Transaction(dataSource, { lockOrder: [], groupCommit: true });
    expect(columns.length).toBeGreaterThan(100);
    const made: unknown[] = [];
    for (const { table, column } of columns) {
      // Refused for its type, for another column that is missing, or by a check; and always with the row or the value in the words.
      const insert = `INSERT INTO ${table} (${column}) VALUES ($1)`;
      const check = `DO $$ BEGIN RAISE EXCEPTION 'row ${CANARY}' USING DETAIL = '${CANARY}', HINT = '${CANARY}', TABLE = '${table}'; END $$`;
      const cast = `SELECT ('${CANARY}' || coalesce(max(${column})::text, ''))::int FROM ${table}`;
      made.push(await failure(() => dataSource.query(insert, [CANARY])));
      made.push(await failure(() => tx.run(() => tx.query(insert, [CANARY]))));
      made.push(await failure(() => dataSource.query(check)), await failure(() => tx.query(cast)));
    }
    const errors = made.filter((one) => one instanceof Error);
    expect(errors.filter((error) => FOUND.test(JSON.stringify([error, error.message]))).length).toBeGreaterThan(
      columns.length * 3,
    );
    for (const error of errors) {
      logFailure(logger, 'request failed', error);
      logger.error(error);
      for (const level of ['error', 'warn', 'info', 'debug'] as const)
        logger[level]('it failed', { err: error, value: CANARY });
      logger.error('it failed', new Error(CANARY, { cause: new AggregateError([error], CANARY) }));
    }
    expect(lines.length).toBeGreaterThan(errors.length * 6);
    expect(lines.filter((line) => FOUND.test(line))).toEqual([]);
    const told = lines.map((line) => JSON.parse(line) as { msg: string; err?: { code?: string; stack?: string } });
    const failed = told.filter(({ msg, err }) => msg === 'it failed' && err?.code);
    expect(failed.length).toBeGreaterThan(errors.length);
    expect(failed.filter(({ err }) => !/^[0-9A-Z]{5}$/.test(err!.code!) || !err!.stack?.includes('    at '))).toEqual(
      [],
    );
  });
});

interface Parameter {
  readonly name: string;
  readonly in: string;
}
interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly allOf?: readonly JsonSchema[];
}
interface Documented {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

describe('A canary in a request', () => {
  let shop: Shop;
  let api: BuiltProcess;
  let admin: Person;
  let shopper: Person;
  let mug: ProductBody;
  let document: {
    paths: Record<string, Record<string, Documented>>;
    components: { schemas: Record<string, JsonSchema> };
  };

  beforeAll(async () => {
    const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
    const settings = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'trace',
      RATE_LIMIT_SCALE: '100000',
      PUBLIC_URL: 'http://till.test',
      ...servers,
    };
    api = await startBuilt('main.js', settings);
    shop = shopAt(api.url, settings);
    [admin, shopper, mug] = [await shop.admin(), await shop.person(), await shop.product(1000)];
    document = (await shop.request<typeof document>('GET /openapi.json')).body;
  }, 240_000);
  afterAll(async () => {
    await api?.stop();
    await shop?.leave();
  });

  /** A value of the schema in which all texts are the canary; `typed` leaves the others as they must be. */
  function filled(schema: JsonSchema, typed: boolean): unknown {
    if (schema.$ref) return filled(document.components.schemas[schema.$ref.split('/').pop()!]!, typed);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => filled(part, typed)));
    if (schema.type === 'array') return [filled(schema.items ?? {}, typed)];
    if (schema.properties)
      return Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, filled(one, typed)]));
    if (schema.type === 'object') return { [CANARY]: CANARY };
    return typed && ['integer', 'number'].includes(schema.type ?? '') ? 1 : CANARY;
  }

  const send = async (method: string, address: string, headers: Record<string, string>, body?: string) => {
    const typed = { ...headers, ...(body && { 'content-type': 'application/json' }) };
    const response = await fetch(api.url + address, { method, headers: typed, ...(body && { body }) });
    await response.arrayBuffer();
  };
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );

  it('in each parameter, header and member of each body that is documented, reaches no line', async () => {
    expect(operations().length).toBeGreaterThan(40);
    let caller = await shop.person('admin');
    for (const { path, method, operation } of operations()) {
      const queries = (operation.parameters ?? []).filter((one) => one.in === 'query');
      const query = new URLSearchParams(Object.fromEntries(queries.map(({ name }) => [name, CANARY])));
      const address = `${path.replaceAll(/\{\w+\}/g, encodeURIComponent(CANARY))}?${query}&${CANARY}=${CANARY}`;
      const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
      for (const typed of [true, false]) {
        const body = schema && JSON.stringify(filled(schema, typed));
        const headers = {
          'idempotency-key': `${CANARY}-${randomUUID()}`,
          'user-agent': CANARY,
          cookie: CANARY,
          'if-match': CANARY,
        };
        await send(method, address, { ...headers, authorization: `Bearer ${caller.token}` }, body);
        await send(method, address, { ...headers, authorization: CANARY }, body?.slice(0, -1));
      }
      // This operation ends the sessions of its caller.
      if (method === 'DELETE' && path === '/v1/auth/sessions') caller = await shop.person('admin');
    }
    await send('GET', `/v1/${CANARY}/${CANARY}`, {});
    expect(api.output().match(/"msg":"request"/g)!.length).toBeGreaterThan(operations().length * 2);
    expect(api.output()).not.toMatch(FOUND);
  });

  it('that each table in turn refuses with its rows in the words, reaches no line, and each refusal has one', async () => {
    const { sql } = shop;
    await sql(`
      CREATE TABLE refused (name text);
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM refused WHERE name = TG_TABLE_NAME) THEN
          RAISE EXCEPTION 'refused ${CANARY} %', to_jsonb(NEW) USING DETAIL = '${CANARY}' || to_jsonb(NEW)::text, HINT = '${CANARY}';
        END IF;
        RETURN NEW;
      END $$`);
    const tables = await sql(`SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'sandbox') AND table_name <> 'refused'`);
    for (const { schema, name } of tables) {
      await sql(
        `CREATE TRIGGER aaa_refuse BEFORE INSERT OR UPDATE ON "${String(schema)}"."${String(name)}" FOR EACH ROW EXECUTE FUNCTION refuse()`,
      );
    }
    for (const { name } of tables) {
      await sql(`INSERT INTO refused VALUES ('${String(name)}')`);
      await useEverything();
      await sql('DELETE FROM refused');
    }
    await expect.poll(() => api.log().filter(({ msg }) => msg === 'request failed').length).toBeGreaterThan(30);
    const told = api
      .log()
      .filter(({ msg }) => msg === 'request failed')
      .map(({ err }) => (err as { code?: string }).code);
    expect(new Set(told)).toEqual(new Set(['P0001']));
    expect(api.output()).not.toMatch(FOUND);
  }, 120_000);

  /** Writes to as many tables as requests can, with the canary in every text. */
  async function useEverything(): Promise<void> {
    const { token } = admin;
    const email = `${CANARY}-${randomUUID()}@till.test`;
    await shop.post('/v1/auth/register', { body: { email, password: `${CANARY}-passphrase`, name: CANARY } });
    const product = {
      sku: `${CANARY}-${randomUUID()}`,
      name: CANARY,
      description: CANARY,
      price: { amount: 1, currency: 'EUR' },
      attributes: { kind: CANARY },
    };
    await shop.post('/v1/products', { token, body: product });
    await shop.post(`/v1/products/${mug.id}/stock-adjustments`, { token, body: { delta: 1, reason: CANARY } });
    const line = { productId: mug.id, quantity: 2 };
    const order = (await shop.place(shopper, [line], { given: { metadata: { note: CANARY } } }))
      .body as Partial<OrderBody>;
    if (!order.id) return;
    const payment = (await shop.pay(shopper, { id: order.id })).body as Partial<PaymentBody>;
    if (payment.id) await shop.refund(admin, { id: payment.id }, { amount: 1, reason: CANARY });
    await shop.post(`/v1/orders/${order.id}/cancellation`, { token, body: { reason: CANARY } });
    await shop.post(`/v1/users/${shopper.id}/store-credit-grants`, {
      token,
      body: { amount: 5, currency: 'EUR', reason: CANARY },
    });
  }
});
