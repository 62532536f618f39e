import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { rawRequest } from '../../support/raw-http.js';
import { admin, api, mug, scenario, shopper } from '../../support/scenario.js';

let order: OrderBody;
scenario({ people: ['shopper', 'admin'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
});

/** A POST whose body is these bytes, whatever its headers say of them. */
async function postBytes(path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  const response = await fetch(api.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}`, 'idempotency-key': randomUUID(), ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const product = (name: string) =>
  Buffer.from(JSON.stringify({ sku: randomUUID(), name, price: { amount: 1, currency: 'EUR' } }));
const json = (parameters = '') => ({ 'content-type': `application/json${parameters}` });

describe('The bytes of a body', () => {
  it.each(['; charset=iso-8859-1', '; charset="windows-1252"', ';charset=utf-16', '; x=1; charset=latin1'])(
    'are refused as application/json%s',
    async (charset) => {
      const answer = await postBytes('/v1/products', product('Mug'), json(charset));
      expect(problemIn(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    },
  );

  it.each(['', '; charset=utf-8', '; charset="UTF-8"', ';charset=utf8'])(
    'are taken as application/json%s',
    async (charset) => {
      const answer = await postBytes('/v1/products', product('Café'), json(charset));
      expect(answer).toMatchObject({ status: 201, text: expect.stringContaining('"name":"Café"') as string });
    },
  );

  it('must be UTF-8', async () => {
    for (const bytes of [Buffer.from('{"name":"Caf\u00e9"}', 'latin1'), Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])]) {
      const answer = await postBytes('/v1/products', bytes, json());
      expect(problemIn(answer)).toMatchObject({ status: 400, code: 'malformed_request' });
    }
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, identity', 'zstd'])('must not be coded as %s', async (coding) => {
    const headers = { ...json(), 'content-encoding': coding };
    for (const path of ['/v1/products', '/v1/providers/sandbox/webhooks']) {
      const answer = await postBytes(path, product('Mug'), headers);
      expect(problemIn(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    }
  });

  it('may be none where none is needed, whatever the content type', async () => {
    const placed = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
    const { token } = shopper;
    const line = `POST /v1/orders/${placed.id}/cancellation`;
    const headers = { ...json(), 'idempotency-key': randomUUID() };
    expect(await api.request(line, { token, headers, body: '' })).toMatchObject({ status: 201 });
    const { id } = await api.product();
    const archived = await api.request(`DELETE /v1/products/${id}`, { token: admin.token, headers: json(), body: '' });
    expect(archived.status).toBe(204);
  });
});

describe('An empty query parameter is absent', () => {
  it.each([
    '/v1/products?maxPrice=',
    '/v1/products?minPrice=&maxPrice=&currency=&status=&q=&sku=&sort=&limit=&cursor=',
    '/v1/products?attributes[color]=',
    '/v1/orders?status=&customerId=&limit=',
    '/v1/users?email=',
    '/v1/ledger/accounts?code=&currency=&at=',
    '/v1/ledger/transactions?kind=&orderId=',
    '/v1/reconciliations?state=&provider=',
  ])('%s', async (path) => {
    const [without, empty] = await Promise.all([api.get(path.split('?')[0]!, admin), api.get(path, admin)]);
    expect(empty).toMatchObject({ status: 200, body: without.body });
  });

  it('also beside one that is not', async () => {
    expect((await api.get<{ data: unknown[] }>('/v1/products?limit=&limit=1', admin)).body.data).toHaveLength(1);
  });
});

describe('A slash at the end of an address', () => {
  it('changes nothing', async () => {
    for (const path of ['/v1/products', '/v1/orders', `/v1/orders/${order.id}`, '/health/live', '/openapi.json']) {
      const [with_, without] = await Promise.all([api.get(`${path}/`, admin), api.get(path, admin)]);
      expect([path, with_.status, with_.body]).toEqual([path, 200, without.body]);
    }
    expect(problemIn(await api.request('DELETE /v1/orders/', { token: admin.token }))).toMatchObject({ status: 405 });
  });

  it('makes no other request of it under a key', async () => {
    const options = { token: shopper.token, body: { lines: [{ productId: mug.id, quantity: 1 }] }, key: randomUUID() };
    const first = await api.post<OrderBody>('/v1/orders', options);
    const again = await api.post<OrderBody>('/v1/orders/', options);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });
});

const register = (email: string, password = 'a long enough one', key: string = randomUUID()) =>
  api.post('/v1/auth/register', { key, body: { email, password, name: 'Ada' } });

describe('Idempotency-Key', () => {
  it('is refused when it comes twice, also when it is the same', async () => {
    const body = JSON.stringify({ lines: [{ productId: mug.id, quantity: 1 }] });
    const head = [
      'POST /v1/orders HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      `Content-Length: ${body.length}`,
      'Content-Type: application/json',
      `Authorization: Bearer ${shopper.token}`,
    ];
    for (const keys of [
      ['one', 'other'],
      ['same', 'same'],
    ]) {
      const lines = [...head, ...keys.map((key) => `Idempotency-Key: ${key}`)];
      const answer = await rawRequest(api.url, `${lines.join('\r\n')}\r\n\r\n${body}`);
      expect(problemIn(answer)).toMatchObject({ status: 400, code: 'idempotency_key_invalid' });
    }
  });

  it('stands for one registration with one password', async () => {
    const [key, email] = [randomUUID(), `${randomUUID()}@till.test`];
    const first = await register(email, 'a long enough one', key);
    expect(first.status).toBe(201);
    const same = await register(email, 'a long enough one', key);
    expect([same.status, same.text]).toEqual([201, first.text]);
    expect(problemIn(await register(email, 'another one altogether', key))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    const kept = await api.sql('SELECT row_to_json(k)::text AS row FROM idempotency_keys k WHERE key = $1', [key]);
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain('long enough');
  });

  it('is not shared by people who are not signed in', async () => {
    const key = randomUUID();
    for (const name of ['ada', 'grace']) {
      expect((await register(`${name}-${key}@till.test`, 'a long enough one', key)).status).toBe(201);
    }
  });
});

describe('If-Match', () => {
  it('also takes the weak tag that a compressing proxy makes', async () => {
    const { id } = await api.product();
    const tag = (await api.get(`/v1/products/${id}`, admin)).headers.get('etag')!;
    const change = (ifMatch: string, name: string) =>
      api.request(`PATCH /v1/products/${id}`, {
        token: admin.token,
        body: { name },
        headers: { 'if-match': ifMatch },
      });
    expect(await change(`W/${tag}`, 'Cup')).toMatchObject({ status: 200, body: { version: 2 } });
    expect(problemIn(await change(`W/${tag}`, 'Bowl'))).toMatchObject({ status: 412 });
  });
});

describe('An access token that is not valid', () => {
  it('is refused where the caller matters, also if everybody may call', async () => {
    for (const authorization of ['Bearer garbage', 'Bearer ', `bearer ${shopper.token}x`]) {
      for (const path of ['/v1/products', `/v1/products/${mug.id}`]) {
        const answer = await api.request(`GET ${path}`, { headers: { authorization } });
        expect(problemIn(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      }
    }
    expect((await api.request('GET /v1/products')).status).toBe(200);
    expect((await api.get('/v1/products', shopper)).status).toBe(200);
  });

  it('keeps nobody from signing in, nor probes from their answer', async () => {
    const headers = { authorization: 'Bearer garbage' };
    const body = { email: `${randomUUID()}@till.test`, password: 'a long enough one', name: 'Ada' };
    expect((await api.post('/v1/auth/register', { headers, body })).status).toBe(201);
    const login = { email: body.email, password: body.password };
    expect((await api.request('POST /v1/auth/login', { headers, body: login })).status).toBe(200);
    expect((await api.request('GET /health/live', { headers })).status).toBe(200);
  });
});

describe('An e-mail address', () => {
  it.each([
    'ada@example.com\r\n',
    'ada@example.com\r\nBcc: eve@example.com',
    'a\u200bda@example.com',
    'ada@exam\u00adple.com',
    'ada\u2028@example.com',
    'ada@example\u2029.com',
    'a\ufe0fda@example.com',
    'a da@example.com',
    'ada@ex%61mple.com',
  ])('is refused as %j', async (email) =>
    expect(problemIn(await register(email))).toMatchObject({ status: 400, errors: [{ pointer: '/email' }] }),
  );

  it('has one account, however its domain is written', async () => {
    const name = randomUUID();
    expect(await register(`${name}@m\u00fcnchen.example`)).toMatchObject({
      status: 201,
      body: { email: `${name}@xn--mnchen-3ya.example` },
    });
    for (const domain of ['xn--mnchen-3ya.example', 'M\u00dcNCHEN.example', 'mu\u0308nchen.example']) {
      expect((await register(`${name}@${domain}`)).status).toBe(201);
      const body = { email: `${name}@${domain}`, password: 'a long enough one' };
      expect((await api.request('POST /v1/auth/login', { body })).status).toBe(200);
    }
    expect(await api.sql('SELECT FROM users WHERE email LIKE $1', [`${name}@%`])).toHaveLength(1);
  });
});

describe('A password', () => {
  it.each([
    'letmeinpassword123',
    'PasswordPassword',
    '\uff4c\uff45\uff54\uff4d\uff45\uff49\uff4e\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44',
    '1q2w3e4r5tqwerty',
  ])('is refused when guessers know it: %s', async (password) =>
    expect(problemIn(await register(`${randomUUID()}@till.test`, password))).toMatchObject({
      errors: [{ pointer: '/password', code: 'too_common' }],
    }),
  );

  it('is measured once it is normalized', async () => {
    // Six ligatures are fifteen letters; sixteen letters and accents apart are eight.
    const ligatures = '\ufb00\ufb01\ufb02\ufb03\ufb04\ufb03';
    expect((await register(`${randomUUID()}@till.test`, ligatures)).status).toBe(201);
    const accents = 'e\u0301a\u0301u\u0301i\u0301o\u0301e\u0301a\u0301u\u0301';
    const errors = [{ pointer: '/password', code: 'is_length' }];
    expect(problemIn(await register(`${randomUUID()}@till.test`, accents))).toMatchObject({ errors });
  });
});

describe('A balance beyond 2^53', () => {
  it('is null with its digits, and keeps no list from being read', async () => {
    const reason = { token: admin.token, body: { currency: 'EUR', reason: 'opening', postings: [] as object[] } };
    reason.body.postings = [{ debit: 'payouts', credit: 'equity', amount: 999_999_999_999 }];
    await api.post('/v1/ledger/transactions', reason);
    const [account] = await api.sql("SELECT id FROM ledger_accounts WHERE code = 'equity' AND currency = 'EUR'");
    await api.sql('INSERT INTO ledger_rollups (account_id, hour, amount) VALUES ($1, $2, $3)', [
      account!['id'],
      1,
      '-9007199254740993',
    ]);
    const listed = await api.get<{ data: { code: string }[] }>('/v1/ledger/accounts?limit=100', admin);
    expect(listed.status).toBe(200);
    expect(listed.body.data).toContainEqual(
      expect.objectContaining({ code: 'equity', balance: null, exactBalance: '-9008199254740992' }),
    );
    expect(listed.body.data).toContainEqual(
      expect.objectContaining({ code: 'payouts', balance: 999_999_999_999, exactBalance: '999999999999' }),
    );
  });
});
