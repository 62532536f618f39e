import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Config } from '../../../src/platform/config/index.js';
import { type Api, startApi } from '../../support/api.js';
import { Authenticator } from '../../support/authenticator.js';
import type { Answer } from '../../support/http-client.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

const PASSWORD = 'four quiet grey herons';
const SHOP = 'https://shop.example';
const OWN = { 'sec-fetch-site': 'same-origin' };

let redis: OwnServer;
let api: Api;
beforeAll(async () => {
  redis = await ownRedis();
  api = await startApi({ REDIS_URL: redis.url, COOKIE_SESSIONS: 'yes', CORS_ORIGINS: SHOP });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await api?.close();
  await redis?.remove();
});

let email: string;
beforeEach(async () => {
  email = `${randomUUID()}@till.test`;
  await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
});

type Fields = Readonly<Record<string, string>>;
/** A browser's store of cookies, which keeps what an answer sets and forgets what it ends. */
class Jar {
  private readonly cookies = new Map<string, { value: string; path: string }>();

  take({ headers }: Answer<unknown>): this {
    for (const line of headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      const path = /Path=([^;]+)/.exec(line)![1]!;
      if (line.includes('Max-Age=0')) this.cookies.delete(name!);
      else this.cookies.set(name!, { value: value!, path });
    }
    return this;
  }

  for(path: string): Fields {
    const sent = [...this.cookies].filter(([, cookie]) => path.startsWith(cookie.path));
    return { cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; ') };
  }

  get size(): number {
    return this.cookies.size;
  }
}

const send = (jar: Jar, line: string, { body, headers = OWN }: { body?: object; headers?: Fields } = {}) =>
  api.request<Record<string, unknown>>(line, { body, headers: { ...headers, ...jar.for(line.split(' ')[1]!) } });
const login = (headers: Fields = OWN) =>
  api.request('POST /v1/auth/login', { body: { email, password: PASSWORD, cookie: true }, headers });
const signedIn = async () => new Jar().take(await login());
const me = (jar: Jar) => send(jar, 'GET /v1/users/me');
const crossSite = { status: 403, body: { code: 'cross_site_request' } };

describe('A cookie session', () => {
  it('has its tokens in cookies that no script and no other site gets, and nowhere else', async () => {
    const answer = await login();
    expect(answer).toMatchObject({ status: 200, body: { tokenType: 'Cookie', expiresIn: 600 } });
    expect(Object.keys(answer.body as object).toSorted()).toEqual(['expiresIn', 'tokenType']);
    const [access, refresh] = answer.headers.getSetCookie();
    expect(access).toMatch(/^__Host-till_access=[\w.-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    expect(refresh).toMatch(
      /^__Host-till_refresh=[\w-]{43}; Max-Age=1209600; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
    const read = await me(new Jar().take(answer));
    expect(read).toMatchObject({ status: 200, body: { email } });
    expect(read.headers.get('cache-control')).toBe('no-store');
  });

  it('goes on by its refresh cookie, which works once, and ends with it', async () => {
    const jar = await signedIn();
    const before = jar.for('/v1/auth/refresh');
    const refreshed = await send(jar, 'POST /v1/auth/refresh', { body: {} });
    expect(refreshed).toMatchObject({ status: 200, body: { tokenType: 'Cookie' } });
    jar.take(refreshed);
    expect(jar.for('/v1/auth/refresh')).not.toEqual(before);
    expect((await me(jar)).status).toBe(200);
    const stale = jar.for('/v1/users/me');
    const out = await send(jar, 'POST /v1/auth/logout', { body: {} });
    expect(out).toMatchObject({ status: 204, text: '' });
    expect(jar.take(out).size).toBe(0);
    expect((await api.request('GET /v1/users/me', { headers: stale })).status).toBe(401);
  });

  it('takes no refresh token from a cookie that another host of the site can set', async () => {
    const { cookie } = (await signedIn()).for('/v1/auth/refresh');
    const planted = cookie!.replace('__Host-till_refresh', '__Secure-till_refresh').replace(/__Host-[^;]+; /, '');
    const refused = await api.request('POST /v1/auth/refresh', { body: {}, headers: { ...OWN, cookie: planted } });
    expect([planted.split('=')[0], refused.status]).toEqual(['__Secure-till_refresh', 400]);
  });

  it('is forgotten by the browser when its refresh token is refused', async () => {
    const jar = await signedIn();
    await api.sql(`UPDATE sessions SET ended_at = now(), end_reason = 'revoked' WHERE ended_at IS NULL`);
    const refused = await send(jar, 'POST /v1/auth/refresh', { body: {} });
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
    expect(jar.take(refused).size).toBe(0);
  });

  it('stays one when the password or the factors change', async () => {
    const jar = await signedIn();
    const body = { currentPassword: PASSWORD, newPassword: 'seven loud blue herons' };
    const changed = await send(jar, 'POST /v1/auth/password/change', { body });
    expect(changed).toMatchObject({ status: 200, body: { tokenType: 'Cookie' } });
    expect(changed.body).not.toHaveProperty('accessToken');
    expect((await me(jar.take(changed))).status).toBe(200);
    const { secret } = (await send(jar, 'POST /v1/auth/mfa/totp')).body;
    const code = new Authenticator(secret as string).codeAt(Date.now() / 1000);
    const added = await send(jar, 'POST /v1/auth/mfa/totp/confirmation', { body: { code } });
    expect(Object.keys(added.body).toSorted()).toEqual(['expiresIn', 'recoveryCodes', 'tokenType']);
    expect((await me(jar.take(added))).status).toBe(200);
    const again = { password: body.newPassword, code: (added.body['recoveryCodes'] as string[])[0] };
    const repeated = await send(jar, 'POST /v1/auth/reauthentication', { body: again });
    expect([repeated.status, repeated.headers.getSetCookie().length]).toEqual([200, 1]);
    const half = await api.request<{ mfaToken: string }>('POST /v1/auth/login', {
      body: { email, password: body.newPassword, cookie: true },
      headers: OWN,
    });
    expect(half.headers.getSetCookie()).toEqual([]);
    const proof = { mfaToken: half.body.mfaToken, code: (added.body['recoveryCodes'] as string[])[1], cookie: true };
    const whole = await api.request('POST /v1/auth/mfa/challenge', { body: proof, headers: OWN });
    expect((await me(new Jar().take(whole))).status).toBe(200);
  });
});

describe('A request with cookies', () => {
  const change = (jar: Jar, headers: Fields) => send(jar, 'PATCH /v1/users/me', { body: { name: 'Grace' }, headers });

  it.each<[string, Fields]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a neighbour that is not listed', { 'sec-fetch-site': 'same-site', origin: 'https://evil.shop.example' }],
    ['an address bar', { 'sec-fetch-site': 'none' }],
    ['a sandboxed frame', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['an old browser on another site', { origin: 'https://evil.example' }],
    ['nobody knows where', {}],
  ])('changes nothing for %s', async (_, headers) => {
    expect(await change(await signedIn(), headers)).toMatchObject(crossSite);
  });

  it.each<[string, Fields]>([
    ['its own pages', OWN],
    ['its own pages in an old browser', { origin: 'http://localhost:0' }],
    ['a listed origin', { 'sec-fetch-site': 'same-site', origin: SHOP }],
    ['a listed origin in an old browser', { origin: SHOP }],
  ])('works for %s', async (_, given) => {
    const headers = given['origin'] === 'http://localhost:0' ? { origin: new URL(publicUrl()).origin } : given;
    expect((await change(await signedIn(), headers)).status).toBe(200);
  });

  it('signs nobody in or on, and out of nothing, for another site', async () => {
    const evil = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect(await login(evil)).toMatchObject(crossSite);
    const jar = await signedIn();
    for (const line of ['POST /v1/auth/refresh', 'POST /v1/auth/logout'])
      expect(await send(jar, line, { body: {}, headers: evil })).toMatchObject(crossSite);
    expect((await me(jar)).status).toBe(200);
  });

  it('is answered for scripts of a listed origin with credentials', async () => {
    const { headers } = await send(await signedIn(), 'GET /v1/users/me', { headers: { origin: SHOP } });
    expect([headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')]).toEqual([
      SHOP,
      'true',
    ]);
    const other = await send(await signedIn(), 'GET /v1/users/me', { headers: { origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  it('has no caller if a cookie comes twice, or holds the key of a machine', async () => {
    const { cookie } = (await signedIn()).for('/v1/users/me');
    const twice = { cookie: `${cookie}; __Host-till_access=a.b.c` };
    expect((await api.request('GET /v1/users/me', { headers: twice })).status).toBe(401);
    const body = { name: 'ERP', scopes: ['orders:read'] };
    const { key } = (
      await api.post<{ key: string }>('/v1/api-keys', { token: (await api.admin()).token, body, key: null })
    ).body;
    const machine = { cookie: `__Host-till_access=${key}` };
    expect((await api.request('GET /v1/orders', { headers: machine })).status).toBe(401);
  });

  it('is the one of the bearer token, if it has one', async () => {
    const { token, id } = await api.person();
    const { cookie } = (await signedIn()).for('/v1/users/me');
    const read = await api.request<{ id: string }>('GET /v1/users/me', { token, headers: { cookie: cookie! } });
    expect(read.body.id).toBe(id);
  });
});

describe('Where cookie sessions are off', () => {
  let bare: Api;
  beforeAll(async () => {
    bare = await startApi();
  });
  afterAll(() => bare?.close());

  it('nobody gets one, and none works', async () => {
    const body = { email, password: PASSWORD, cookie: true };
    const refused = await bare.request('POST /v1/auth/login', { body, headers: OWN });
    expect(refused).toMatchObject({ status: 400, body: { code: 'cookie_sessions_off' } });
    const { token } = await bare.person();
    expect((await bare.request('GET /v1/users/me', { token })).status).toBe(200);
    const headers = { cookie: `__Host-till_access=${token}` };
    expect((await bare.request('GET /v1/users/me', { headers })).status).toBe(401);
    expect((await bare.request('POST /v1/auth/refresh', { body: {} })).status).toBe(400);
  });
});

describe.each([
  ['up', async () => undefined],
  ['down', () => redis.stop()],
])('With Redis %s, within a minute', (_, prepare) => {
  beforeAll(prepare);

  it('the cookies of a demoted administrator stop', async () => {
    await api.sql(`UPDATE users SET roles = '{admin}' WHERE email = $1`, [email]);
    const jar = await signedIn();
    expect((await send(jar, 'GET /v1/users')).status).toBe(200);
    await api.sql(`UPDATE users SET roles = '{customer}' WHERE email = $1`, [email]);
    const began = performance.timeOrigin;
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - began + 59_000);
    expect((await send(jar, 'GET /v1/users')).status).toBe(401);
    jar.take(await send(jar, 'POST /v1/auth/refresh', { body: {} }));
    expect((await send(jar, 'GET /v1/users')).status).toBe(403);
    await api.sql(`UPDATE users SET status = 'disabled' WHERE email = $1`, [email]);
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - began + 118_000);
    expect((await me(jar)).status).toBe(401);
    expect((await send(jar, 'POST /v1/auth/refresh', { body: {} })).status).toBe(401);
  });
});

const publicUrl = () => api.app.get(Config).http.publicUrl;
