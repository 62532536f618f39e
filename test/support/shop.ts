import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { AccessTokens } from '../../src/auth/access-tokens.js';
import { SigningKeys } from '../../src/auth/signing-keys.js';
import type { Role } from '../../src/platform/access/index.js';
import { clientOf } from '../../src/platform/database/index.js';
import { loadConfig } from '../../src/settings.js';
import { decodeId, encodeId, newId } from '../../src/shared/ids.js';
import type { OrderBody, PaymentBody, PlacedOrderBody, ProductBody, ProofBody, RefundBody } from './bodies.js';
import { httpClient, type RequestOptions } from './http-client.js';
import { signedInWith } from './session.js';

/** One customer of a test plays many; tests of the quotas set their own. */
export const withoutQuotas = {
  QUOTA_UNPAID_ORDERS: '100000',
  QUOTA_UNPAID_PIECES: '1000000',
  QUOTA_DECLINES_PER_ORDER: '100000',
  QUOTA_DECLINES_PER_HOUR: '100000',
  QUOTA_ORDER_MESSAGES_PER_MINUTE: '100000',
};

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly token: string;
}

export interface PostOptions extends RequestOptions {
  /** The Idempotency-Key; a fresh one when absent, none when null. */
  readonly key?: string | null;
}

export interface CheckoutOptions extends PostOptions {
  /** What the order says besides its lines. */
  readonly given?: object;
}

/** Variables of an api, those of its database among them. */
export type Settings = Readonly<Record<string, string>> & { readonly DATABASE_URL: string };

const PASS_TIME = [
  `UPDATE payment_attempts SET created_at = created_at - $1 * interval '1 second',
     updated_at = updated_at - $1 * interval '1 second', next_check_at = next_check_at - $1 * interval '1 second'`,
  `UPDATE obligations SET next_look_at = next_look_at - $1 * interval '1 second'`,
];

export type Shop = ReturnType<typeof shopAt>;

/** What tests do all the time with the api at `url`, which was started with these settings; every request has these headers. */
export function shopAt(url: string, settings: Settings, headers: Readonly<Record<string, string>> = {}) {
  const request = httpClient(url, headers);
  const config = loadConfig(settings);
  const tokens = new AccessTokens(config, new SigningKeys(config));
  const pool = new Pool({ connectionString: settings.DATABASE_URL, max: 2, Client: clientOf(settings.DATABASE_URL) });
  pool.on('error', () => undefined); // tests stop databases
  const sql = async (text: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await pool.query<Record<string, unknown>>(text, parameters)).rows;

  /** Somebody new with these roles. Signing in with a password is tested elsewhere; here it would only take time. */
  const person = async (...roles: Role[]): Promise<Person> => {
    const held: Role[] = roles.length > 0 ? roles : ['customer'];
    const id = newId<'usr'>();
    const row = [id, `${randomUUID()}@till.test`, held];
    await sql(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', $3)`, row);
    return { id: encodeId('usr', id), token: await signedInWith(sql, tokens, { userId: id, roles: held }) };
  };
  /** Gives the person these roles, and returns a token with them. */
  const tokenFor = async ({ id }: Person, ...held: Role[]) => {
    const userId = decodeId('usr', id)!;
    const change = 'UPDATE users SET roles = $2 WHERE id = $1 RETURNING access_version';
    const [user] = await sql(change, [userId, held]);
    return signedInWith(sql, tokens, { userId, roles: held, accessVersion: Number(user!['access_version']) });
  };
  let administrator: Promise<Person> | undefined;
  const admin = () => (administrator ??= person('admin'));

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
    tokenFor,
    /** Who may do everything. */
    admin,
    /** Rows straight from the database. */
    sql,
    /** Lets so many seconds pass for attempts at providers and for what orders owe: their time is the database's. */
    passTime: async (seconds: number) => {
      for (const statement of PASS_TIME) await sql(statement, [seconds]);
    },
    /** Ends the connections to the database. */
    leave: () => pool.end(),

    /** A product with `onHand` pieces, at 10.00 EUR unless something else is given. */
    product: async (onHand = 10, given: object = {}): Promise<ProductBody> => {
      const body = { sku: randomUUID(), name: 'Mug', price: { amount: 1000, currency: 'EUR' }, ...given };
      const { token } = await admin();
      return (await post<ProductBody>('/v1/products', { token, body: { ...body, stock: { onHand } } })).body;
    },
    stockOf: async ({ id }: { id: string }) => (await get<ProductBody>(`/v1/products/${id}`, await admin())).body.stock,

    place: ({ token }: Person, lines: readonly object[], options: CheckoutOptions = {}) =>
      post<OrderBody>('/v1/orders', { token, body: { lines, ...options.given }, ...options }),
    /** Places an order and pays for it in one request. */
    checkOut: ({ token }: Person, lines: readonly object[], payment: object = {}, options: CheckoutOptions = {}) => {
      const body = { lines, payment: { paymentMethod: 'pm_ok', ...payment }, ...options.given };
      return post<PlacedOrderBody>('/v1/orders', { token, body, ...options });
    },
    orderOf: async ({ id }: { id: string }) => (await get<OrderBody>(`/v1/orders/${id}`, await admin())).body,
    /** Only staff choose when a payment is captured: with `capture`, an administrator pays for the person. */
    pay: async ({ token }: Person, { id }: { id: string }, given: object = {}, options: PostOptions = {}) => {
      const payer = 'capture' in given ? (await admin()).token : token;
      const body = { paymentMethod: 'pm_ok', ...given };
      return post<PaymentBody>(`/v1/orders/${id}/payments`, { token: payer, body, ...options });
    },
    refund: ({ token }: Person, { id }: { id: string }, given: object = {}, options: PostOptions = {}) =>
      post<RefundBody>(`/v1/payments/${id}/refunds`, { token, body: given, ...options }),
    paymentOf: async ({ id }: { id: string }) => (await get<PaymentBody>(`/v1/payments/${id}`, await admin())).body,
    /** What the ledger recomputes. */
    proof: async () => (await get<ProofBody>('/v1/ledger/proof', await admin())).body,
  };
}
