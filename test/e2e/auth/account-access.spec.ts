import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsersService } from '../../../src/users/index.js';
import { type Api, startApi } from '../../support/api.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

const PASSWORD = 'correct horse battery staple 9';

let redis: OwnServer;
let api: Api;
let admin: { id: string; token: string };
beforeAll(async () => {
  redis = await ownRedis();
  api = await startApi({ REDIS_URL: redis.url });
  admin = await api.admin();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await api?.close();
  await redis?.remove();
});

let ahead = 0;
beforeEach(() => vi.restoreAllMocks());
/** The time by which the api measures how old what it knows is runs ahead. */
function secondsPass(seconds: number): void {
  ahead += seconds * 1000;
  const began = performance.timeOrigin;
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - began + ahead);
}

const change = (id: string, body: object, token = admin.token) =>
  api.request<{ status: string; roles: string[] }>(`PATCH /v1/users/${id}`, { token, body });
const signIn = (email: string, password = PASSWORD) =>
  api.request<{ accessToken: string; refreshToken: string }>('POST /v1/auth/login', { body: { email, password } });
/** What only an admin may do. */
const makeAdmin = (token: string) =>
  api.post('/v1/users', { token, body: { email: `${randomUUID()}@till.test`, name: 'Eve', roles: ['admin'] } });
const grant = (token: string) =>
  api.post(`/v1/users/${admin.id}/store-credit-grants`, {
    token,
    body: { amount: 999_999_999_999, currency: 'EUR', reason: 'because' },
  });
const stale = {
  status: 401,
  body: { code: 'unauthenticated', detail: expect.stringContaining('account has changed') },
};

describe.each([
  ['up', async () => undefined],
  ['down', () => redis.stop()],
])('with Redis %s', (_, prepare) => {
  beforeAll(prepare);

  it('a demoted admin can do nothing with the old token after less than a minute, and what is left with a new one', async () => {
    const eve = await api.person('admin');
    expect((await makeAdmin(eve.token)).status).toBe(201);
    expect(await change(eve.id, { roles: ['customer'] })).toMatchObject({ status: 200, body: { roles: ['customer'] } });
    secondsPass(59);
    expect(await makeAdmin(eve.token)).toMatchObject(stale);
    expect(await grant(eve.token)).toMatchObject(stale);
    expect(await api.get('/v1/products', eve)).toMatchObject(stale);
  });

  it('a session that another process has ended stops after less than a minute, with all that it could replay', async () => {
    const eve = await api.person('admin');
    const key = { 'idempotency-key': randomUUID() };
    const body = { sku: randomUUID(), name: 'Mug', price: { amount: 1, currency: 'EUR' } };
    const make = () => api.request('POST /v1/products', { token: eve.token, headers: key, body });
    expect([(await make()).status, (await make()).status]).toEqual([201, 201]);
    await api.sql(
      `UPDATE sessions s SET ended_at = now(), end_reason = 'revoked' FROM users u WHERE u.id = s.user_id AND u.email = $1`,
      [await emailOf(eve.id)],
    );
    secondsPass(59);
    expect(await make()).toMatchObject(stale);
    expect(await api.get('/v1/products', eve)).toMatchObject(stale);
  });

  it('a disabled account can not sign in, and its tokens end; enabled again, it can', async () => {
    const email = `${randomUUID()}@till.test`;
    await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
    const { body: signedIn } = await signIn(email);
    const token = signedIn.accessToken;
    const me = () => api.request<{ id: string }>('GET /v1/users/me', { token });
    const { id } = (await me()).body;

    expect(await change(id, { status: 'disabled' })).toMatchObject({ status: 200, body: { status: 'disabled' } });
    secondsPass(59);
    expect(await me()).toMatchObject(stale);
    const refreshing = () => api.request('POST /v1/auth/refresh', { body: { refreshToken: signedIn.refreshToken } });
    expect(await refreshing()).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
    expect(await signIn(email)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });

    expect(await change(id, { status: 'active' })).toMatchObject({ status: 200, body: { status: 'active' } });
    expect((await refreshing()).status).toBe(401);
    const again = await signIn(email);
    expect(await api.request('GET /v1/users/me', { token: again.body.accessToken })).toMatchObject({ status: 200 });
    expect(await me()).toMatchObject(stale);
  });

  it('somebody promoted signs in anew and may do at once what the new role allows', async () => {
    const email = `${randomUUID()}@till.test`;
    await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
    const customer = (await signIn(email)).body.accessToken;
    const { id } = (await api.request<{ id: string }>('GET /v1/users/me', { token: customer })).body;
    await change(id, { roles: ['admin'] });
    expect((await makeAdmin((await signIn(email)).body.accessToken)).status).toBe(201);
    expect(await api.request('GET /v1/users/me', { token: customer })).toMatchObject(stale);
  });
});

describe('an account', () => {
  it('is disabled by nobody who may less, and by nobody themselves', async () => {
    const [support, ada, root] = [await api.person('support'), await api.person(), await api.person('admin')];
    expect(await change(ada.id, { status: 'disabled' }, support.token)).toMatchObject({ status: 403 });
    expect(await change(root.id, { status: 'disabled' }, root.token)).toMatchObject({
      status: 409,
      body: { code: 'own_status' },
    });
    expect(await change(root.id, { status: 'gone' })).toMatchObject({ status: 400 });
    expect(await change(root.id, { status: 'active' }, root.token)).toMatchObject({ status: 200 });
  });

  it('keeps its tokens when only its name changes, and loses them with its password, whoever changes that', async () => {
    const ada = await api.person();
    await api.request('PATCH /v1/users/me', { token: ada.token, body: { name: 'Grace' } });
    secondsPass(59);
    expect(await api.get('/v1/users/me', ada)).toMatchObject({ status: 200, body: { name: 'Grace' } });
    await api.sql(`UPDATE users SET password_hash = 'another' WHERE email = $1`, [await emailOf(ada.id)]);
    secondsPass(59);
    expect(await api.get('/v1/users/me', ada)).toMatchObject(stale);
  });

  it('is read once for all requests of a short time', async () => {
    const [ada, users] = [await api.person(), api.app.get(UsersService, { strict: false })];
    const read = vi.spyOn(users, 'access');
    await Promise.all(Array.from({ length: 30 }, () => api.get('/v1/orders', ada)));
    for (let n = 0; n < 5; n += 1) expect((await api.get('/v1/orders', ada)).status).toBe(200);
    expect(read).toHaveBeenCalledTimes(1);
    secondsPass(59);
    await api.get('/v1/orders', ada);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('that is demoted while its version is read is not taken for what it was', async () => {
    const [eve, client] = [await api.person('admin'), new Client({ connectionString: api.settings.DATABASE_URL })];
    await client.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE users SET roles = '{customer}' WHERE email = $1`, [await emailOf(eve.id)]);
    expect((await makeAdmin(eve.token)).status).toBe(201); // not demoted yet
    await client.query('COMMIT');
    await client.end();
    secondsPass(59);
    expect(await makeAdmin(eve.token)).toMatchObject(stale);
  });
});

async function emailOf(id: string): Promise<string> {
  return (await api.request<{ email: string }>(`GET /v1/users/${id}`, { token: admin.token })).body.email;
}
