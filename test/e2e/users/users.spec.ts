import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { encodeId, newId } from '../../../src/shared/ids.js';
import { type AuthApi, startAuthApi } from '../../support/auth-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

interface UserBody {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

let database: TestDatabase;
let api: AuthApi;
let admin: string;
let support: string;
beforeAll(async () => {
  database = await createDatabase();
  api = await startAuthApi({ databaseUrl: database.url, redisUrl: await redisDatabase() });
  admin = await api.signedIn('admin@example.com', 'admin');
  support = await api.signedIn('support@example.com', 'support');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const someone = () => ({ email: `${randomUUID()}@example.com`, name: 'Ada Lovelace' });
const customer = () => api.signedIn(someone().email, 'customer');
const create = (body: object, token = admin) => api.request<UserBody>('POST /v1/users', { token, body });
const problem = (code: string) => expect.objectContaining({ code });

describe('/v1/users/me', () => {
  it('shows the caller, with an ETag that answers 304, and never the hash', async () => {
    const token = await customer();
    const { status, headers, body } = await api.request<UserBody>('GET /v1/users/me', { token });
    expect(status).toBe(200);
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
    expect(body).toMatchObject({ roles: ['customer'], id: expect.stringMatching(/^usr_[0-9a-z]{26}$/) });
    const again = await api.request('GET /v1/users/me', { token, headers: { 'if-none-match': headers.get('etag')! } });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it('changes the name, unless it was changed meanwhile', async () => {
    const token = await customer();
    const etag = (await api.request('GET /v1/users/me', { token })).headers.get('etag')!;
    const change = (name: string) =>
      api.request<UserBody>('PATCH /v1/users/me', { token, body: { name }, headers: { 'if-match': etag } });
    const changed = await change('  Grace Hopper ');
    expect(changed).toMatchObject({ status: 200, body: { name: 'Grace Hopper' } });
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(await change('Somebody else')).toMatchObject({ status: 412, body: problem('precondition_failed') });
  });

  it.each([
    ['the e-mail address', { email: 'other@example.com' }, 'unknown_property'],
    ['roles', { roles: ['admin'] }, 'unknown_property'],
    ['no name', { name: null }, 'is_string'],
    ['a blank name', { name: '  ' }, 'is_length'],
    ['a name of two lines', { name: 'Ada\nBcc: everybody' }, 'matches'],
  ])('refuses %s', async (_, body, code) => {
    const { status, body: refused } = await api.request('PATCH /v1/users/me', { token: support, body });
    expect(status).toBe(400);
    expect(refused).toMatchObject({ code: 'validation_failed', errors: [{ code }] });
  });
});

describe('POST /v1/users', () => {
  it('makes a customer without a password, who can not sign in and is not welcomed', async () => {
    const { status, body } = await create({ email: '  Mary@Example.COM ', name: 'Mary' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: 'mary@example.com', name: 'Mary', roles: ['customer'] });
    const login = await api.request('POST /v1/auth/login', {
      body: { email: body.email, password: 'anything at all' },
    });
    expect(login).toMatchObject({ status: 401, body: problem('invalid_credentials') });
    const events = await api.app.get(Transaction).query('SELECT FROM events WHERE aggregate_id = $1', [body.id]);
    expect(events).toEqual([]);
  });

  it('makes one account of twenty requests at once for one address', async () => {
    const { email, name } = someone();
    const spellings = Array.from({ length: 20 }, (_, n) => (n % 2 ? email : email.toUpperCase()));
    const answers = await Promise.all(spellings.map((spelling) => create({ email: spelling, name })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toEqual(problem('email_taken'));
    const found = await api.request<{ data: UserBody[] }>(`GET /v1/users?email=${email}`, { token: admin });
    expect(found.body.data).toHaveLength(1);
  });

  it('gives the same account again for the same Idempotency-Key', async () => {
    const request = { token: admin, body: someone(), headers: { 'idempotency-key': randomUUID() } };
    const first = await api.request<UserBody>('POST /v1/users', request);
    const second = await api.request<UserBody>('POST /v1/users', request);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('grants roles for an administrator', async () => {
    const { status, body } = await create({ ...someone(), roles: ['finance', 'support'] });
    expect({ status, roles: body.roles }).toEqual({ status: 201, roles: ['finance', 'support'] });
  });

  it.each([
    ['no address', { name: 'Ada' }, '/email'],
    ['half an address', { email: 'ada@', name: 'Ada' }, '/email'],
    ['a list of addresses', { email: ['ada@example.com'], name: 'Ada' }, '/email'],
    ['an address that is too long', { email: `ada@${'example.'.repeat(40)}com`, name: 'Ada' }, '/email'],
    ['no name', { email: 'ada@example.com' }, '/name'],
    ['a name that is too long', { email: 'ada@example.com', name: 'x'.repeat(201) }, '/name'],
    ['an unknown role', { ...someone(), roles: ['king'] }, '/roles'],
    ['no roles at all', { ...someone(), roles: [] }, '/roles'],
    ['a role twice', { ...someone(), roles: ['support', 'support'] }, '/roles'],
    ['null for roles', { ...someone(), roles: null }, '/roles'],
    ['a password', { ...someone(), password: 'a long enough password' }, '/password'],
    ['a hash', { ...someone(), passwordHash: 'x' }, '/passwordHash'],
  ])('refuses %s', async (_, body, pointer) => {
    const { status, body: refused } = await create(body);
    expect(status).toBe(400);
    expect(refused).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
  });

  it('needs users:write', async () => {
    expect(await create(someone(), support)).toMatchObject({ status: 403, body: problem('forbidden') });
    expect(await create(someone(), await customer())).toMatchObject({ status: 403 });
    expect(await api.request('POST /v1/users', { body: someone() })).toMatchObject({ status: 401 });
  });
});

describe('GET /v1/users', () => {
  it('lists newest first, page by page, each account once', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n++) made.push((await create(someone())).body.id);
    const seen: string[] = [];
    let path = '/v1/users?limit=2';
    while (seen.length < 5) {
      const { body, headers } = await api.request<{ data: UserBody[] }>(`GET ${path}`, { token: support });
      seen.push(...body.data.map(({ id }) => id));
      path = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
    }
    expect(seen.slice(0, 5)).toEqual(made.toReversed());
  });

  it('says null after the last page', async () => {
    const { body, headers } = await api.request('GET /v1/users?limit=100', { token: support });
    expect(body.nextCursor).toBeNull();
    expect(headers.get('link')).toBeNull();
  });

  it('finds an account by its address, whatever the case', async () => {
    const { body: made } = await create({ ...someone(), name: 'Found' });
    const found = await api.request(`GET /v1/users?email=${made.email.toUpperCase()}`, { token: support });
    expect(found.body).toEqual({ data: [made], nextCursor: null });
    const none = await api.request('GET /v1/users?email=nobody@example.com', { token: support });
    expect(none.body).toEqual({ data: [], nextCursor: null });
  });

  it.each(['cursor=x', 'cursor=WyJ4Il0', 'limit=0', 'limit=101', 'email=x', 'email[]=a@b.de', 'sort=name'])(
    'refuses ?%s',
    async (query) =>
      expect(await api.request(`GET /v1/users?${query}`, { token: admin })).toMatchObject({
        status: 400,
        body: problem('validation_failed'),
      }),
  );

  it('needs users:read', async () =>
    expect(await api.request('GET /v1/users', { token: await customer() })).toMatchObject({
      status: 403,
      body: problem('forbidden'),
    }));
});

describe('/v1/users/:id', () => {
  it('is there for its owner and for staff, and for nobody else', async () => {
    const token = await customer();
    const { id } = (await api.request<UserBody>('GET /v1/users/me', { token })).body;
    expect(await api.request(`GET /v1/users/${id}`, { token })).toMatchObject({ status: 200, body: { id } });
    expect(await api.request(`GET /v1/users/${id}`, { token: support })).toMatchObject({ status: 200, body: { id } });
    const other = await api.request(`GET /v1/users/${id}`, { token: await customer() });
    expect(other).toMatchObject({ status: 404, body: problem('not_found') });
  });

  it.each(['nonsense', encodeId('ord', newId<'ord'>()), encodeId('usr', newId<'usr'>())])(
    'is 404 for %s',
    async (id) => {
      expect(await api.request(`GET /v1/users/${id}`, { token: admin })).toMatchObject({ status: 404 });
      expect(await api.request(`PATCH /v1/users/${id}`, { token: admin, body: {} })).toMatchObject({ status: 404 });
    },
  );

  it('is changed by staff who may, at the version they saw', async () => {
    const { id } = (await create(someone())).body;
    const change = (body: object, headers = {}, token = admin) =>
      api.request<UserBody>(`PATCH /v1/users/${id}`, { token, body, headers });
    const { email } = someone();
    const changed = await change({ email: email.toUpperCase(), roles: ['finance'] });
    expect(changed).toMatchObject({ status: 200, body: { email, name: 'Ada Lovelace', roles: ['finance'] } });
    const etag = changed.headers.get('etag')!;
    expect(await change({ name: 'Two' }, { 'if-match': etag })).toMatchObject({ status: 200 });
    expect(await change({ name: 'Three' }, { 'if-match': etag })).toMatchObject({ status: 412 });
    expect(await change({ name: 'Four' }, {}, support)).toMatchObject({ status: 403 });
  });

  it('can not take the address of another account', async () => {
    const [one, two] = [(await create(someone())).body, (await create(someone())).body];
    const body = { email: one.email.toUpperCase() };
    const taken = await api.request(`PATCH /v1/users/${two.id}`, { token: admin, body });
    expect(taken).toMatchObject({ status: 409, body: problem('email_taken') });
  });

  it('leaves everybody their own roles', async () => {
    const { id } = (await api.request<UserBody>('GET /v1/users/me', { token: admin })).body;
    const change = (roles: string[]) => api.request(`PATCH /v1/users/${id}`, { token: admin, body: { roles } });
    expect(await change(['support'])).toMatchObject({ status: 409, body: problem('own_roles') });
    expect(await change(['admin'])).toMatchObject({ status: 200 });
  });
});
