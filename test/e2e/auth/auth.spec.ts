import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import { type AuthApi, startAuthApi } from '../../support/auth-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

let database: TestDatabase;
let api: AuthApi;
beforeAll(async () => {
  database = await createDatabase();
  const env = { ACCESS_TOKEN_TTL_SECONDS: '600', DATABASE_POOL_SIZE: '6' };
  api = await startAuthApi({ databaseUrl: database.url, redisUrl: await redisDatabase(), env });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const newcomer = () => ({
  email: `${randomUUID()}@example.com`,
  name: 'Ada Lovelace',
  password: 'correct horse battery',
});
const register = (body: object, headers = {}) =>
  api.request<{ id: string; email: string }>('POST /v1/auth/register', { body, headers });
const login = (email: string, password: string) =>
  api.request<{ accessToken: string }>('POST /v1/auth/login', { body: { email, password } });
const problem = (code: string) => expect.objectContaining({ code });

describe('POST /v1/auth/register', () => {
  it('opens an account for a customer, who can sign in, whatever the case of the address', async () => {
    const person = newcomer();
    const { status, body } = await register({ ...person, email: ` ${person.email.toUpperCase()}` });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual([
      'id',
      'email',
      'emailVerified',
      'name',
      'language',
      'roles',
      'status',
      'createdAt',
      'updatedAt',
    ]);
    expect(body).toMatchObject({ email: person.email, name: person.name, roles: ['customer'] });
    expect(await login(person.email.toUpperCase(), person.password)).toMatchObject({ status: 200 });
  });

  it('tells of it, once, for the welcome mail, and of each repetition', async () => {
    const { email, name, ...rest } = newcomer();
    const { body } = await register({ email, name, ...rest });
    await register({ email, name, ...rest });
    const events = await api.app
      .get(Transaction)
      .query('SELECT type, aggregate_type, data FROM events WHERE aggregate_id = $1 ORDER BY id', [body.id]);
    const data = { userId: body.id };
    const aggregate = { aggregate_type: 'user', data };
    expect(events).toEqual([
      { type: 'user.registered', ...aggregate },
      { type: 'user.registration_repeated', ...aggregate },
    ]);
  });

  it('opens one account of ten requests at once', async () => {
    const person = newcomer();
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(person)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(201));
    const ids = answers.map(({ body }) => decodeId('usr', body.id));
    const sql = 'SELECT id FROM users WHERE email = $1 AND id = ANY ($2)';
    expect(await api.app.get(Transaction).query(sql, [person.email, ids])).toHaveLength(1);
  });

  it('answers the same for the same Idempotency-Key, ten times at once', async () => {
    const [person, headers] = [newcomer(), { 'idempotency-key': randomUUID() }];
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(person, headers)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });

  it('in a crowd leaves the database to others', async () => {
    const token = await api.signedIn(newcomer().email, 'customer');
    let opened = 0;
    const crowd = Array.from({ length: 40 }, async () => {
      const { status } = await register(newcomer(), { 'idempotency-key': randomUUID() });
      if (status === 201) opened++; // those that find the waiting room full are refused at once
      return status;
    });
    await expect.poll(() => opened).toBeGreaterThan(0);
    expect(await api.request('GET /v1/users/me', { token })).toMatchObject({ status: 200 });
    expect(opened).toBeLessThan(20);
    const statuses = new Set(await Promise.all(crowd));
    expect(statuses).toContain(201);
    expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([]);
  });

  it.each([
    ['a short password', { password: 'nine char' }, '/password'],
    ['a password beyond reason', { password: 'x1'.repeat(65) }, '/password'],
    ['a common password', { password: 'qwertyuiop' }, '/password'],
    ['no password', { password: undefined }, '/password'],
    ['a number for a password', { password: 12345678901 }, '/password'],
    ['roles', { roles: ['admin'] }, '/roles'],
    ['an address without a domain', { email: 'ada' }, '/email'],
    ['no name', { name: '' }, '/name'],
  ])('refuses %s', async (_, change, pointer) => {
    const { status, body } = await register({ ...newcomer(), ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
  });

  it('takes the shortest and the longest password, counted in characters', async () => {
    for (const password of ['x7 lampe wagen\u{1F511}', 'abcd\u{1F511}'.repeat(25) + 'xyz']) {
      const person = { ...newcomer(), password };
      expect(await register(person)).toMatchObject({ status: 201 });
      expect(await login(person.email, password)).toMatchObject({ status: 200 });
    }
  });
});

describe('POST /v1/auth/login', () => {
  it('gives a bearer token that is not kept by caches', async () => {
    const person = newcomer();
    await register(person);
    const { status, headers, body } = await login(person.email, person.password);
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 600,
      refreshToken: expect.any(String),
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers the same for a wrong password and for an account that is not there', async () => {
    const person = newcomer();
    await register(person);
    const [wrong, unknown] = [await login(person.email, 'something else'), await login(newcomer().email, 'whatever')];
    expect(wrong).toMatchObject({ status: 401, body: problem('invalid_credentials') });
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  it('ignores a stale token, since that is why one signs in', async () => {
    const person = newcomer();
    await register(person);
    const { email, password } = person;
    const signIn = await api.request('POST /v1/auth/login', { token: 'stale', body: { email, password } });
    expect(signIn.status).toBe(200);
  });

  it.each([{}, { email: 'ada@example.com' }, { email: 'ada@example.com', password: { $ne: '' } }, []])(
    'refuses %j',
    async (body) => expect(await api.request('POST /v1/auth/login', { body })).toMatchObject({ status: 400 }),
  );
});
