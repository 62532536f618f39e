import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody } from '../../support/bodies.js';
import type { RequestOptions } from '../../support/http-client.js';
import { problemIn } from '../../support/problem.js';
import { rawRequest } from '../../support/raw-http.js';
import { api, mug, scenario, shopper, stranger } from '../../support/scenario.js';

let order: OrderBody;
let payment: PaymentBody;
scenario({ people: ['shopper', 'stranger'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  payment = (await api.pay(shopper, order, { amount: 1 })).body;
});

/** A request as the shopper. */
const send = (line: string, options: RequestOptions = {}) => api.request(line, { token: shopper.token, ...options });

describe('What is sent and asked for must be JSON', () => {
  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', 'json', ''])(
    'Content-Type %j is 415',
    async (type) => {
      const body = JSON.stringify({ lines: [{ productId: mug.id, quantity: 1 }] });
      const headers = { 'content-type': type, 'idempotency-key': randomUUID() };
      const answer = await send('POST /v1/orders', { body, headers });
      expect(problemIn(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    },
  );

  it.each(['text/html', 'application/xml', 'image/*'])('Accept: %s is 406', async (accept) => {
    const answer = await send('GET /v1/orders', { headers: { accept } });
    expect(problemIn(answer)).toMatchObject({ status: 406, code: 'not_acceptable' });
  });

  it.each(['*/*', 'application/json', 'text/html, */*;q=0.1', 'application/problem+json'])(
    'Accept: %s is fine',
    async (accept) => expect((await send('GET /v1/orders', { headers: { accept } })).status).toBe(200),
  );
});

describe('An address', () => {
  it.each([
    ['DELETE', '/v1/orders', 'GET, HEAD, POST'],
    ['PUT', '/v1/orders/x', 'GET, HEAD'],
    ['GET', '/v1/orders/x/cancellation', 'POST'],
    ['PATCH', '/v1/payments/x/refunds', 'GET, HEAD, POST'],
    ['POST', '/v1/ledger/proof', 'GET, HEAD'],
  ])('answers 405 to %s %s and says what it has', async (method, path, allow) => {
    const answer = await send(`${method} ${path}`);
    expect(problemIn(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it.each(['/v1/nothing', '/v1', '/v2/orders', '/v1/orders/x/y/z', '/v1//orders', '/v1/Orders', '/%2e%2e/etc/passwd'])(
    'is 404: %s',
    async (path) => expect(problemIn(await send(`GET ${path}`))).toMatchObject({ status: 404, code: 'not_found' }),
  );

  it.each([
    ['a NUL', '/v1/orders/%00', 400],
    ['a NUL in an id', '/v1/orders/ord_%00', 400],
    ['a broken escape', '/v1/orders/%zz', 400],
    ['bytes that are no UTF-8', '/v1/orders/%ff%fe', 400],
    ['a NUL in the query', '/v1/orders?cursor=%00', 400],
    ['__proto__ in the query', '/v1/orders?__proto__=1', 400],
    ['constructor in the query', '/v1/orders?constructor=1', 400],
    ['an id of 10,000 characters', `/v1/orders/ord_${'0'.repeat(10_000)}`, 404],
    ['a cursor of 10,000 characters', `/v1/orders?cursor=${'0'.repeat(10_000)}`, 400],
    ['a thousand parameters', `/v1/orders?${Array.from({ length: 1000 }, (_, n) => `a${n}=1`).join('&')}`, 400],
  ])('with %s is a problem', async (_, path, status) =>
    expect(problemIn(await send(`GET ${path}`))).toMatchObject({ status }),
  );
});

const twice = (name: string, one: string, other: string) => `${name}: ${one}\r\n${name}: ${other}\r\n`;

describe('What is no HTTP that Till can read', () => {
  const host = 'Host: localhost\r\n';
  it.each([
    ['an address beyond 16 KiB', `GET /v1/orders?${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431],
    ['headers beyond 16 KiB', `GET /v1/orders HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a method that is none', `PLACE /v1/orders HTTP/1.1\r\n${host}\r\n`, 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', `POST /v1/orders HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ['two hosts', `GET /v1/products HTTP/1.1\r\n${host}HOST: evil\r\nConnection: close\r\n\r\n`, 400],
    ['a request line without a version', 'GET /v1/products\r\n\r\n', 400],
    [
      'a body with a length and in chunks',
      `POST /v1/orders HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a length that is none', `POST /v1/orders HTTP/1.1\r\n${host}Content-Length: two\r\n\r\n{}`, 400],
    [
      'a broken chunk',
      `POST /v1/orders HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
    ['a NUL in a header', `GET /v1/orders HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, 400],
  ])('is a problem too: %s', async (_, request, status) =>
    expect(problemIn(await rawRequest(api.url, request))).toMatchObject({ status }),
  );

  it('is told from a header sent twice, of which none is taken for the other', async () => {
    const body = JSON.stringify({ lines: [{ productId: mug.id, quantity: 1 }] });
    const post = (headers: string) =>
      rawRequest(
        api.url,
        `POST /v1/orders HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: ${body.length}\r\n` +
          `Content-Type: application/json\r\n${headers}\r\n${body}`,
      );
    const authorization = `Authorization: Bearer ${shopper.token}\r\n`;
    const both = await post(authorization + twice('Idempotency-Key', 'one-key', 'other-key'));
    expect(both.status).toBeLessThan(500);
    const alone = await post(`${authorization}Idempotency-Key: other-key\r\n`);
    expect(alone.headers.get('idempotent-replayed')).toBeNull();
    const tokens = await post(
      `Idempotency-Key: k\r\n${twice('Authorization', 'Bearer none', `Bearer ${shopper.token}`)}`,
    );
    expect(problemIn(tokens)).toMatchObject({ status: 401 });
  });
});

describe('What is not there for the caller is 404', () => {
  it.each<[string, () => string]>([
    ['somebody else’s order', () => `/v1/orders/${order.id}`],
    ['somebody else’s payment', () => `/v1/payments/${payment.id}`],
    ['an order with the id of a payment', () => `/v1/orders/${payment.id}`],
    ['a payment with the id of an order', () => `/v1/payments/${order.id}`],
    ['a refund with the id of a payment', () => `/v1/refunds/${payment.id}`],
    ['an order that never was', () => `/v1/orders/${encodeId('ord', newId<'ord'>())}`],
  ])('%s', async (_, path) => {
    const answer = await send(`GET ${path()}`, { token: stranger.token });
    expect(problemIn(answer)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each<[string, object]>([
    ['payments', { paymentMethod: 'pm_ok' }],
    ['cancellation', {}],
  ])('also for POST .../%s', async (part, body) => {
    const answer = await api.post(`/v1/orders/${order.id}/${part}`, { token: stranger.token, body });
    expect(problemIn(answer)).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('Who is not signed in is told so', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['garbage', { authorization: 'Bearer garbage' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a long token', { authorization: `Bearer ${'a.'.repeat(4000)}` }],
  ])('with %s', async (_, headers) => {
    for (const line of ['GET /v1/orders', 'POST /v1/orders', `GET /v1/orders/${order.id}`]) {
      const answer = await api.request(line, { headers, ...(line.startsWith('POST') && { body: {} }) });
      expect(problemIn(answer)).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });
});

it('Every problem leads to its page', async () => {
  const { pathname } = new URL((await send('GET /v1/nothing')).body['type'] as string);
  expect(await api.request(`GET ${pathname}`)).toMatchObject({ status: 200, body: { code: 'not_found' } });
});
