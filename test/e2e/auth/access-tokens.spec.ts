import { createHash, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import jwt, { type SignOptions } from 'jsonwebtoken';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, CurrentCaller, Public, SignedIn } from '../../../src/platform/access/index.js';
import { currentRequest } from '../../../src/platform/logging/index.js';
import { encodeId, newId } from '../../../src/shared/ids.js';
import { type AuthApi, startAuthApi } from '../../support/auth-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

/** A key of the test's own, so that it can sign what the server would never sign. */
const ownKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privatePem = ownKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = ownKey.publicKey.export({ type: 'spki', format: 'pem' }).toString();
/** The server's other key, which only verifies. */
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherPem = otherKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const strangersKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ISSUER = 'https://till.example';
const env = { JWT_PRIVATE_KEY: `${privatePem}\n${otherPem}`, PUBLIC_URL: ISSUER, ACCESS_TOKEN_TTL_SECONDS: '600' };

@Controller('v1/test')
class WhoController {
  @Get('caller')
  @SignedIn()
  caller(@CurrentCaller() caller: Caller) {
    return { userId: encodeId('usr', caller.userId), logged: currentRequest()?.callerId === caller.userId };
  }

  @Public()
  @Get('public')
  open(@CurrentCaller() caller: Caller | undefined) {
    return { signedIn: caller !== undefined };
  }
}

let database: TestDatabase;
let api: AuthApi;
beforeAll(async () => {
  database = await createDatabase();
  const controllers = [WhoController];
  api = await startAuthApi({ databaseUrl: database.url, redisUrl: await redisDatabase(), env, controllers });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const signIn = () => api.signedIn(`${randomUUID()}@example.com`, 'customer');
const call = (token: string) => api.request('GET /v1/test/caller', { token });

it('A token can be checked by others with the published key, which is named by its thumbprint', async () => {
  const token = await signIn();
  const { body } = await api.request<{ keys: Record<string, string>[] }>('GET /.well-known/jwks.json');
  expect(body.keys).toHaveLength(2);
  for (const key of body.keys) {
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(key['kid']).toBe(thumbprintOf(key));
  }
  const [key = {}] = body.keys;

  const verified = jwt.verify(token, createPublicKey({ key, format: 'jwk' }), { complete: true });
  const payload = verified.payload as jwt.JwtPayload;
  const sub = (await call(token)).body.userId;
  expect(verified.header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: key.kid });
  expect(payload).toMatchObject({ iss: ISSUER, aud: 'till', sub, roles: ['customer'], jti: expect.any(String) });
  expect(payload.exp! - payload.iat!).toBe(600);
});

it('A token tells who calls, the first time and every time', async () => {
  const token = await signIn();
  const first = await call(token);
  expect(first).toMatchObject({ status: 200, body: { logged: true } });
  for (let n = 0; n < 3; n++) expect(await call(token)).toMatchObject({ status: 200, body: first.body });
  expect((await api.request('GET /v1/test/public', { token })).body).toEqual({ signedIn: true });
  expect((await api.request('GET /v1/test/public')).body).toEqual({ signedIn: false });
  expect(await api.request('GET /v1/test/public', { token: 'none' })).toMatchObject({ status: 401 });
});

it('A token expires, though it was used before', async () => {
  const short = await startAuthApi({
    databaseUrl: database.url,
    redisUrl: await redisDatabase(),
    env: { ...env, ACCESS_TOKEN_TTL_SECONDS: '3' },
  });
  try {
    const token = await short.signedIn(`${randomUUID()}@example.com`, 'customer');
    const statusNow = async () => (await short.request('GET /v1/users/me', { token })).status;
    expect(await statusNow()).toBe(200);
    await expect.poll(statusNow, { timeout: 8000 }).toBe(401);
    const { headers, body } = await short.request('GET /v1/users/me', { token });
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(body).toMatchObject({ code: 'unauthenticated', detail: expect.stringContaining('expired') });
  } finally {
    await short.close();
  }
});

const subjectId = newId<'usr'>();
const subject = encodeId('usr', subjectId);
const sessionId = newId<'ses'>();
const sid = encodeId('ses', sessionId);
const roles = ['admin'];
const right: SignOptions = { algorithm: 'ES256', issuer: ISSUER, audience: 'till', expiresIn: 60, subject };
const signed = (change: SignOptions, key: jwt.Secret = privatePem, header: object = {}) =>
  jwt.sign({ roles, ver: 1, sid }, key, { ...right, ...change, header: { ...rightHeader, ...header } });
const rightHeader = { alg: 'ES256', typ: 'at+jwt', kid: kidOf(ownKey.publicKey) };
const strangersJwk = strangersKey.publicKey.export({ format: 'jwk' });

function kidOf(key: KeyObject): string {
  return thumbprintOf(key.export({ format: 'jwk' }));
}

function thumbprintOf({ x, y }: { readonly x?: string; readonly y?: string }): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url');
}

function withoutExpiry(): string {
  const { expiresIn: _, ...options } = right;
  return jwt.sign({ roles, ver: 1, sid }, privatePem, { ...options, header: rightHeader });
}

it('A token of the right making is taken, so what is refused below is refused for its fault', async () => {
  const row = [subjectId, `${subjectId}@example.com`];
  await api.app
    .get(DataSource)
    .query(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', '{admin}')`, row);
  await api.app
    .get(DataSource)
    .query(
      `INSERT INTO sessions (id, user_id, device, address, expires_at) VALUES ($1, $2, '', '', now() + interval '1 day')`,
      [sessionId, subjectId],
    );
  expect(await call(signed({}))).toMatchObject({ status: 200 });
  expect(await call(signed({}, otherPem, { kid: kidOf(otherKey.publicKey) }))).toMatchObject({ status: 200 });
});

it.each<[string, (token: string) => string]>([
  ['with other claims', (token) => changed(token, 1, asAdmin)],
  [
    'with another signature',
    (token) => changed(token, 2, (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)),
  ],
  ['without a signature', (token) => changed(token, 2, () => '')],
  ['that says it needs no signature', () => `${unsigned('none')}.`],
  ['signed with the public key as a secret', hmacWithPublicKey],
  ['signed by a stranger', () => signed({}, strangersKey.privateKey)],
  ['that names no key', () => signed({}, privatePem, { kid: undefined })],
  [
    'that names a key which is not of this server',
    () => signed({}, strangersKey.privateKey, { kid: kidOf(strangersKey.publicKey) }),
  ],
  ['that names another key than its own', () => signed({}, privatePem, { kid: kidOf(otherKey.publicKey) })],
  ['that brings its key', () => signed({}, strangersKey.privateKey, { jwk: strangersJwk })],
  ['that brings the right key', () => signed({}, privatePem, { jwk: ownKey.publicKey.export({ format: 'jwk' }) })],
  ['that points to its key', () => signed({}, privatePem, { jku: `${ISSUER}/.well-known/jwks.json` })],
  ['that points to its certificate', () => signed({}, privatePem, { x5u: `${ISSUER}/cert.pem` })],
  ['with a critical extension', () => signed({}, privatePem, { crit: ['exp'] })],
  ['of another type', () => signed({}, privatePem, { typ: 'JWT' })],
  ['of no type', () => signed({}, privatePem, { typ: undefined })],
  ['without an expiry', withoutExpiry],
  ['of another issuer', () => signed({ issuer: 'https://else.example' })],
  ['for another audience', () => signed({ audience: 'mfa' })],
  ['that has expired', () => signed({ expiresIn: -1 })],
  ['that is not valid yet', () => signed({ notBefore: 60 })],
  ['of no session', () => jwt.sign({ roles, ver: 1 }, privatePem, { ...right, header: rightHeader })],
  ['about no user', () => signed({ subject: encodeId('ord', newId<'ord'>()) })],
  ['that is none', () => 'a.b.c'],
  ['of four parts', (token) => `${token}.a`],
  ['whose header is no text', (token) => changed(token, 0, (text) => `${text}é`)],
  ['whose claims are no text', (token) => changed(token, 1, (text) => `${text}é`)],
  ['whose signature is no text', (token) => changed(token, 2, (text) => `${text}é`)],
])('A token %s is refused, though the real one is known', async (_, forge) => {
  const token = await signIn();
  expect((await call(token)).status).toBe(200);
  const { status, headers, body } = await call(forge(token));
  expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' });
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect((await call(token)).status).toBe(200);
});

function changed(token: string, part: number, change: (text: string) => string): string {
  const parts = token.split('.');
  return parts.map((text, index) => (index === part ? change(text) : text)).join('.');
}

function asAdmin(claims: string): string {
  return base64({ ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), roles });
}

function hmacWithPublicKey(): string {
  const text = unsigned('HS256');
  return `${text}.${createHmac('sha256', publicPem).update(text).digest('base64url')}`;
}

function unsigned(alg: string): string {
  const claims = {
    roles,
    ver: 1,
    sid,
    sub: subject,
    iss: ISSUER,
    aud: 'till',
    exp: Math.floor(Date.now() / 1000) + 60,
  };
  return `${base64({ ...rightHeader, alg })}.${base64(claims)}`;
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
