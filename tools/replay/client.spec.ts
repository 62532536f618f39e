import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProblem } from './answer.js';
import { ApiClient } from './client.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let api: ApiClient;
let stop: AbortController;
let handle: Handler;
let requests: string[];

const login = 'POST /v1/auth/login';

beforeEach(async () => {
  requests = [];
  stop = new AbortController();
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === '/v1/auth/login') answer(response, 200, { accessToken: `token-${requests.length}` });
    else handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = new ApiClient({ baseUrl, email: 'a@b.example', password: 'p', connections: 2, signal: stop.signal });
});

afterEach(async () => {
  await api.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

describe('the client', () => {
  it('signs in once and sends the token and the idempotency key', async () => {
    const seen: unknown[] = [];
    handle = ({ headers }, response) => {
      seen.push([headers.authorization, headers['idempotency-key']]);
      answer(response, 201, { id: 'ord_1' });
    };
    await Promise.all([api.post('/v1/orders', { a: 1 }, 'k1'), api.post('/v1/orders', { a: 2 }, 'k2')]);
    expect(requests.filter((request) => request === login)).toHaveLength(1);
    expect(seen.sort()).toEqual([
      ['Bearer token-1', 'k1'],
      ['Bearer token-1', 'k2'],
    ]);
  });

  it('names the shop that it plays in, from the sign-in on', async () => {
    const seen: unknown[] = [];
    server.prependListener('request', ({ headers }: IncomingMessage) => seen.push(headers['till-shop']));
    handle = (_, response) => answer(response, 200, {});
    const { port } = server.address() as AddressInfo;
    const asAda = { baseUrl: `http://127.0.0.1:${port}`, email: 'a@b.example', password: 'p' };
    const north = new ApiClient({ ...asAda, shop: 'north', connections: 1, signal: stop.signal });
    await north.get('/v1/me');
    await north.close();
    expect(seen).toEqual(['north', 'north']);
  });

  it('signs in anew when its token has run out', async () => {
    handle = ({ headers }, response) =>
      headers.authorization === 'Bearer token-1' ? answer(response, 401, {}) : answer(response, 200, { ok: true });
    expect(await api.get('/v1/me')).toEqual({ ok: true });
    expect(requests).toEqual([login, 'GET /v1/me', login, 'GET /v1/me']);
  });

  it('asks again with the same key after a 429, a 503, a key in use and a broken connection', async () => {
    const keys: unknown[] = [];
    const script: Handler[] = [
      (_, response) => answer(response, 429, {}, { 'retry-after': '0' }),
      (_, response) => answer(response, 503, {}, { 'retry-after': '0' }),
      (_, response) => answer(response, 409, { code: 'idempotency_key_in_use' }, { 'retry-after': '0' }),
      (request) => request.socket.destroy(),
      (_, response) => answer(response, 201, { id: 'ord_1' }),
    ];
    handle = (request, response) => {
      keys.push(request.headers['idempotency-key']);
      script.shift()?.(request, response);
    };
    expect(await api.post('/v1/orders', {}, 'replay-1')).toEqual({ id: 'ord_1' });
    expect(keys).toEqual(Array.from({ length: 5 }, () => 'replay-1'));
  });

  it('says what was refused and why', async () => {
    const errors = [{ pointer: '/lines', code: 'tooMany', message: 'at most 2' }];
    handle = (_, response) =>
      answer(response, 400, { code: 'validation_failed', detail: 'Bad body.', errors, requestId: 'r1' });
    const failure = await api.post('/v1/orders', {}, 'k').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiProblem);
    expect((failure as Error).message).toBe(
      `POST /v1/orders was answered 400 validation_failed: Bad body. ${JSON.stringify(errors)} (request r1)`,
    );
  });

  it('walks a list to its end', async () => {
    handle = ({ url }, response) =>
      answer(
        response,
        200,
        url?.includes('cursor=n%3D1') ? { data: [3], nextCursor: null } : { data: [1, 2], nextCursor: 'n=1' },
      );
    expect(await api.all('/v1/orders?customerId=usr_1')).toEqual([1, 2, 3]);
    expect(requests.at(-1)).toBe('GET /v1/orders?customerId=usr_1&limit=100&cursor=n%3D1');
  });

  it('stops waiting when it is told to', async () => {
    handle = (_, response) => {
      answer(response, 429, {}, { 'retry-after': '60' });
      stop.abort();
    };
    await expect(api.get('/v1/me')).rejects.toThrow(/abort/i);
    expect(requests).toHaveLength(2);
  });

  it('says at once that no server is there', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(api.signIn()).rejects.toThrow(/No answer from http:.*npm start/);
    server.listen(0, '127.0.0.1');
  });

  it('does not mistake a second factor for a sign-in', async () => {
    server.removeAllListeners('request');
    server.on('request', (_: IncomingMessage, response: ServerResponse) =>
      answer(response, 200, { mfaRequired: true }),
    );
    await expect(api.signIn()).rejects.toThrow('second factor');
  });
});
