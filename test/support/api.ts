import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from '../../src/api.module.js';
import { AccessTokens } from '../../src/auth/access-tokens.js';
import type { Role } from '../../src/platform/access/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { Transaction } from '../../src/platform/database/index.js';
import { createHttpApp } from '../../src/platform/http/index.js';
import { serveOpenApi } from '../../src/platform/openapi/index.js';
import { Clock } from '../../src/shared/clock.js';
import { encodeId } from '../../src/shared/ids.js';
import { UsersService } from '../../src/users/index.js';
import { WorkerModule } from '../../src/worker.module.js';
import type { OrderBody, PaymentBody, ProductBody, ProofBody, RefundBody } from './bodies.js';
import { createDatabase } from './database.js';
import { httpClient, type RequestOptions } from './http-client.js';
import { redisDatabase } from './redis.js';

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly token: string;
}

export interface PostOptions extends RequestOptions {
  /** The Idempotency-Key; a fresh one when absent, none when null. */
  readonly key?: string | null;
}

export type Api = Awaited<ReturnType<typeof startApi>>;

/** The whole api in this process, on a free port and a database of its own, with what tests do with it all the time. */
export async function startApi(env: Readonly<Record<string, string>> = {}) {
  const database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const settings = { NODE_ENV: 'test', LOG_LEVEL: 'error', RATE_LIMIT_SCALE: '100000', ...servers, ...env };
  const config = loadConfig(settings);
  const app = await createHttpApp(ApiModule, config);
  serveOpenApi(app, config);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const close = async () => {
    await app.close();
    await database.drop();
  };
  return { app, url, settings, close, ...shop(url, app) };
}

/** The worker beside the api, on the same servers. */
export async function startWorker({ settings }: Api) {
  const app = await createHttpApp(WorkerModule, loadConfig(settings));
  await app.listen(0, '127.0.0.1');
  return app;
}

function shop(url: string, app: NestFastifyApplication) {
  const request = httpClient(url);

  /** Somebody new with these roles. Signing in with a password is tested elsewhere; here it would only take time. */
  const person = async (...roles: Role[]): Promise<Person> => {
    const held: Role[] = roles.length > 0 ? roles : ['customer'];
    const { id } = await app.get(UsersService).ensure({ email: `${randomUUID()}@till.test`, name: 'Ada', roles: held });
    return { id: encodeId('usr', id), token: app.get(AccessTokens).issue(id, held) };
  };
  const admin = person('admin');

  /** A POST under a key. */
  const post = <T>(path: string, { key = randomUUID(), ...options }: PostOptions) => {
    const headers = { ...(key !== null && { 'idempotency-key': key }), ...options.headers };
    return request<T>(`POST ${path}`, { body: {}, ...options, headers });
  };
  const get = <T>(path: string, { token }: Person, headers: Readonly<Record<string, string>> = {}) =>
    request<T>(`GET ${path}`, { token, headers });

  return {
    request,
    post,
    get,
    person,
    /** Who may do everything. */
    admin: () => admin,
    /** Lets the server's time run ahead of the real one by so many seconds. */
    moveClock: (seconds: number) => {
      app.get(Clock).now = () => new Date(Date.now() + seconds * 1000);
    },
    /** Rows straight from the database. */
    sql: (text: string, parameters: unknown[] = []) => app.get(Transaction).query(text, parameters),

    /** A product with `onHand` pieces, at 10.00 EUR unless something else is given. */
    product: async (onHand = 10, given: object = {}): Promise<ProductBody> => {
      const body = { sku: randomUUID(), name: 'Mug', price: { amount: 1000, currency: 'EUR' }, ...given };
      const { token } = await admin;
      return (await post<ProductBody>('/v1/products', { token, body: { ...body, stock: { onHand } } })).body;
    },
    stockOf: async ({ id }: { id: string }) => (await get<ProductBody>(`/v1/products/${id}`, await admin)).body.stock,

    place: ({ token }: Person, lines: readonly object[], options: PostOptions & { given?: object } = {}) =>
      post<OrderBody>('/v1/orders', { token, body: { lines, ...options.given }, ...options }),
    orderOf: async ({ id }: { id: string }) => (await get<OrderBody>(`/v1/orders/${id}`, await admin)).body,
    pay: ({ token }: Person, { id }: { id: string }, given: object = {}, options: PostOptions = {}) =>
      post<PaymentBody>(`/v1/orders/${id}/payments`, { token, body: { paymentMethod: 'pm_ok', ...given }, ...options }),
    refund: ({ token }: Person, { id }: { id: string }, given: object = {}, options: PostOptions = {}) =>
      post<RefundBody>(`/v1/payments/${id}/refunds`, { token, body: given, ...options }),
    paymentOf: async ({ id }: { id: string }) => (await get<PaymentBody>(`/v1/payments/${id}`, await admin)).body,
    /** What the ledger recomputes. */
    proof: async () => (await get<ProofBody>('/v1/ledger/proof', await admin)).body,
  };
}
