import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../src/auth/access-tokens.js';
import type { LiveSession } from '../../../src/auth/sessions/sessions.repository.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { Authenticator } from '../../support/authenticator.js';
import { api, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';
const OTHER = 'seven loud blue herons';
/** Longer ago than a recent sign-in. */
const LATER = 601;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

scenario({ people: [], unchecked: true });

let email: string;
let admin: Person;
beforeEach(async () => {
  email = `${randomUUID()}@till.test`;
  admin = await api.person('admin');
  await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
});
afterEach(() => api.moveClock(0));

const signIn = async () =>
  (await api.request<Tokens>('POST /v1/auth/login', { body: { email, password: PASSWORD } })).body;
const again = (token: string, body: object) =>
  api.request<Omit<Tokens, 'refreshToken'>>('POST /v1/auth/reauthentication', { token, body });
const change = (token: string, currentPassword = PASSWORD) =>
  api.request('POST /v1/auth/password/change', { token, body: { currentPassword, newPassword: OTHER } });
const refresh = async ({ refreshToken }: Tokens) =>
  (await api.request<Tokens>('POST /v1/auth/refresh', { body: { refreshToken } })).body;
const refused = { status: 403, body: { code: 'recent_sign_in_required' } };

describe('A sign-in of more than 10 minutes ago', () => {
  it('is not enough to change the password and the factors, and a refresh makes it no younger', async () => {
    const tokens = await signIn();
    api.moveClock(LATER);
    for (const token of [tokens.accessToken, (await refresh(tokens)).accessToken]) {
      expect(await change(token)).toMatchObject(refused);
      for (const line of ['POST /v1/auth/mfa/totp', 'DELETE /v1/auth/mfa/totp', 'POST /v1/auth/mfa/recovery-codes']) {
        expect(await api.request(line, { token })).toMatchObject(refused);
      }
      const body = { code: '000000' };
      expect(await api.request('POST /v1/auth/mfa/totp/confirmation', { token, body })).toMatchObject(refused);
      expect((await api.request('GET /v1/auth/mfa', { token })).status).toBe(200);
    }
  });

  it('is repeated within the session, whose refresh token stays', async () => {
    const tokens = await signIn();
    const [before] = await api.sql(
      `UPDATE sessions SET authenticated_at = 'epoch' WHERE ended_at IS NULL RETURNING id`,
    );
    expect(before).toBeDefined();
    const old = await refresh(tokens);
    expect(await change(old.accessToken)).toMatchObject(refused);
    const { status, body, headers } = await again(old.accessToken, { password: PASSWORD });
    expect([status, headers.get('cache-control'), Object.keys(body).toSorted()]).toEqual([
      200,
      'no-store',
      ['accessToken', 'expiresIn', 'tokenType'],
    ]);
    const renewed = await refresh(old);
    expect(await change(renewed.accessToken, 'a guess')).toMatchObject({ status: 400 });
    expect((await change(body.accessToken)).status).toBe(200);
  });

  it('is not repeated with a wrong password, nor guessed', async () => {
    const tokens = await signIn();
    const wrong = { status: 401, body: { code: 'invalid_credentials' } };
    for (let n = 0; n < 5; n++)
      expect(await again(tokens.accessToken, { password: `guess ${n}` })).toMatchObject(wrong);
    expect((await again(tokens.accessToken, { password: PASSWORD })).status).toBe(429);
    const [noted] = await api.sql(
      `SELECT count(*)::int AS failures FROM audit_log a JOIN users u ON u.id = a.actor_id AND u.email = $1
       WHERE a.action = 'auth.reauthentication' AND a.outcome = 'failed'`,
      [email],
    );
    expect(noted).toEqual({ failures: 5 });
  });

  it('is repeated with the second factor where there is one', async () => {
    const { accessToken } = await signIn();
    const secret = (await api.request<{ secret: string }>('POST /v1/auth/mfa/totp', { token: accessToken })).body
      .secret;
    const app = new Authenticator(secret);
    const seconds = Date.now() / 1000;
    const confirmed = await api.request<Tokens & { recoveryCodes: string[] }>('POST /v1/auth/mfa/totp/confirmation', {
      token: accessToken,
      body: { code: app.codeAt(seconds) },
    });
    const { accessToken: token, recoveryCodes } = confirmed.body;
    const wrong = { status: 401, body: { code: 'invalid_code' } };
    expect(await again(token, { password: PASSWORD })).toMatchObject(wrong);
    expect(await again(token, { password: PASSWORD, code: app.codeAt(seconds) })).toMatchObject(wrong);
    expect((await again(token, { password: PASSWORD, code: recoveryCodes[0] })).status).toBe(200);
  });

  it('is not enough to mint keys and to change roles, accounts and addresses of others', async () => {
    const { token } = admin;
    const user = await api.person();
    const role = { name: `desk_${randomUUID().slice(0, 8)}`, permissions: ['orders:read'] };
    expect((await api.post('/v1/roles', { token, body: role })).status).toBe(201);
    api.moveClock(LATER);
    const asks: [string, object?][] = [
      ['POST /v1/api-keys', { name: 'ERP', scopes: ['orders:read'] }],
      ['POST /v1/roles', { ...role, name: `${role.name}_2` }],
      [`PATCH /v1/roles/${role.name}`, { permissions: [] }],
      [`DELETE /v1/roles/${role.name}`],
      ['POST /v1/users', { email: `${randomUUID()}@till.test`, name: 'Grace', roles: ['support'] }],
      [`PATCH /v1/users/${user.id}`, { roles: ['support'] }],
      [`PATCH /v1/users/${user.id}`, { status: 'disabled' }],
      [`PATCH /v1/users/${user.id}`, { email: `${randomUUID()}@till.test` }],
    ];
    for (const [line, body] of asks)
      expect([line, await api.request(line, { token, body })]).toMatchObject([line, refused]);
    const fine = await api.request(`PATCH /v1/users/${user.id}`, { token, body: { name: 'Grace' } });
    expect(fine.status).toBe(200);
  });

  it('is nothing that API keys are asked for', async () => {
    const body = { name: 'ERP', scopes: ['roles:write', 'orders:read'] };
    const { key } = (await api.post<{ key: string }>('/v1/api-keys', { token: admin.token, body, key: null })).body;
    api.moveClock(LATER);
    const role = { name: `desk_${randomUUID().slice(0, 8)}`, permissions: ['orders:read'] };
    expect((await api.post('/v1/roles', { token: key, body: role })).status).toBe(201);
  });
});

async function sessionOf({ id }: Person): Promise<LiveSession> {
  const [session] = await api.sql(
    `SELECT s.id, s.user_id AS "userId", u.roles, u.access_version AS "accessVersion"
     FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.id = $1 AND s.ended_at IS NULL LIMIT 1`,
    [decodeId('usr', id)],
  );
  return session as unknown as LiveSession;
}

/** An access token of a sign-in that is so old. */
async function aged(person: Person, seconds: number): Promise<string> {
  const authenticatedAt = Math.floor(Date.now() / 1000) - seconds;
  return api.app.get(AccessTokens).issue({ ...(await sessionOf(person)), authenticatedAt });
}

/** A paid order of a customer who stays, and the sessions of two colleagues that are so old. */
async function office(seconds: number) {
  const [ada, finance, support, mug] = await Promise.all([
    api.person(),
    api.person('finance'),
    api.person('support'),
    api.product(100),
  ]);
  const lines = [{ productId: mug.id, quantity: 1 }];
  const [order, open] = [(await api.place(ada, lines)).body, (await api.place(ada, lines)).body];
  const payment = (await api.pay(ada, order)).body;
  const tokens = await Promise.all([ada, finance, support].map((person) => aged(person, seconds)));
  return { order, open, payment, tokens };
}

describe('A sign-in of more than 12 hours ago', () => {
  const SHIFT = 43_200;
  it('is not enough for staff to give money back, and one of less is', async () => {
    for (const [age, expected] of [
      [SHIFT + 60, [403, 403, 403, 403]],
      [SHIFT - 60, [201, 201, 201, 201]],
    ] as const) {
      const { order, open, payment, tokens } = await office(age);
      const [, finance, support] = tokens;
      const statuses = [
        await api.post(`/v1/payments/${payment.id}/refunds`, { token: finance!, body: { amount: 1 } }),
        await api.post('/v1/approvals', { token: finance!, body: { paymentId: payment.id, amount: 1 } }),
        await api.post(`/v1/orders/${order.id}/cancellation-requests`, { token: support!, body: {} }),
        await api.post(`/v1/orders/${open.id}/cancellation`, { token: support!, body: {} }),
      ].map(({ status }) => status);
      expect([age, statuses]).toEqual([age, expected]);
    }
  });

  it('is not enough to take a discount off by hand, and one of less is', async () => {
    const mug = await api.product(100);
    const body = { lines: [{ productId: mug.id, quantity: 1 }], discounts: [{ amount: 1, reason: 'late' }] };
    for (const [age, expected] of [
      [SHIFT + 60, 403],
      [SHIFT - 60, 201],
    ] as const)
      expect((await api.post('/v1/orders', { token: await aged(admin, age), body })).status).toBe(expected);
  });

  it('is not enough to decide on an approval when it is older than 10 minutes', async () => {
    const { payment, tokens } = await office(660);
    const asked = { token: tokens[1]!, body: { paymentId: payment.id, amount: 1 } };
    const approval = (await api.post<{ id: string }>('/v1/approvals', asked)).body;
    const decide = (token: string) =>
      api.post(`/v1/approvals/${approval.id}/decision`, { token, body: { decision: 'approve' } });
    expect(await decide(await aged(admin, 660))).toMatchObject(refused);
    expect((await decide(admin.token)).status).toBe(201);
  });

  it('is enough for customers to cancel what is theirs', async () => {
    const { open, tokens } = await office(SHIFT + 60);
    const cancelled = await api.post(`/v1/orders/${open.id}/cancellation`, { token: tokens[0]!, body: {} });
    expect(cancelled.status).toBe(201);
  });
});
