import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildClient, type Client } from '../../support/client.js';

let client: Client;
beforeAll(async () => {
  client = await buildClient();
}, 120_000);

/** What a server does with one request. */
type Move = (response: ServerResponse) => void;
const problem =
  (status: number, code: string, headers: Record<string, string> = { 'retry-after': '0' }): Move =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(JSON.stringify({ status, code, detail: code }));
const json =
  (body: unknown, status = 200): Move =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
/** A page of something between. */
const page =
  (status: number): Move =>
  (response) =>
    response.writeHead(status).end('<h1>Sorry</h1>');
const cut: Move = (response) => response.socket!.destroy();

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Request {
  readonly line: string;
  readonly key: string | undefined;
  readonly token: string | undefined;
  readonly body: string;
}

/** A server that makes these moves, one for each request, and the requests that it got. */
async function play(...moves: Move[]): Promise<{ baseUrl: string; requests: Request[] }> {
  const requests: Request[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { 'idempotency-key': key, authorization: token } = request.headers;
    const line = `${request.method} ${request.url}`;
    requests.push({ line, key: key as string | undefined, token, body: Buffer.concat(chunks).toString() });
    (moves.shift() ?? problem(500, 'internal_error'))(response);
  };
  server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const order = { lines: [{ productId: 'prd_01h455vb4pex5vsknk084sn02q', quantity: 1 }] };
const placed = json({ id: 'ord_1' }, 201);

describe('A request with an Idempotency-Key', () => {
  it.each<[string, Move]>([
    ['a broken connection', cut],
    ['503', problem(503, 'database_unavailable')],
    ['a proxy without an upstream', problem(502, 'none', {})],
    ['409 while the first one is running', problem(409, 'idempotency_key_in_use')],
    ['429', problem(429, 'rate_limited')],
  ])('is sent again after %s, with the same key and body', async (_, refused) => {
    const { baseUrl, requests } = await play(refused, refused, placed);
    const till = client.createTill({ baseUrl });
    expect(await client.ok(till.POST('/v1/orders', { body: order }))).toEqual({ id: 'ord_1' });
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
    expect(requests[0]!.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(requests.map(({ body }) => body))).toEqual(new Set([JSON.stringify(order)]));
  });

  it('has a new key for each call, or the one of the caller', async () => {
    const { baseUrl, requests } = await play(placed, placed, placed);
    const till = client.createTill({ baseUrl });
    for (let call = 0; call < 2; call += 1) await till.POST('/v1/orders', { body: order });
    await till.POST('/v1/orders', { body: order, params: { header: { 'Idempotency-Key': 'mine' } } });
    const keys = requests.map(({ key }) => key);
    expect([new Set(keys).size, keys[2]]).toEqual([3, 'mine']);
  });

  it('is not sent again after a refusal that stays one', async () => {
    const { baseUrl, requests } = await play(problem(409, 'insufficient_stock'), placed);
    const call = client.ok(client.createTill({ baseUrl }).POST('/v1/orders', { body: order }));
    await expect(call).rejects.toMatchObject({ code: 'insufficient_stock', status: 409 });
    expect(requests).toHaveLength(1);
  });

  it('is given up after some tries, or when it would have to wait long', async () => {
    const first = await play(...Array.from({ length: 9 }, () => problem(503, 'overloaded')));
    const till = client.createTill({ baseUrl: first.baseUrl, retries: 2 });
    expect((await till.POST('/v1/orders', { body: order })).response.status).toBe(503);
    expect(first.requests).toHaveLength(3);
    const second = await play(problem(503, 'overloaded', { 'retry-after': '61' }), placed);
    const patient = client.createTill({ baseUrl: second.baseUrl });
    expect((await patient.POST('/v1/orders', { body: order })).response.status).toBe(503);
    expect(second.requests).toHaveLength(1);
  });

  it('ends with the signal of its caller', async () => {
    const { baseUrl } = await play(problem(503, 'overloaded', { 'retry-after': '20' }), placed);
    const call = client.createTill({ baseUrl }).POST('/v1/orders', { body: order, signal: AbortSignal.timeout(200) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('A request without a key', () => {
  it('is sent again after a broken connection if it only reads', async () => {
    const { baseUrl, requests } = await play(cut, json({ data: [], nextCursor: null }));
    expect((await client.createTill({ baseUrl }).GET('/v1/products')).data).toEqual({ data: [], nextCursor: null });
    expect(requests).toHaveLength(2);
  });

  it('is sent once if it changes something', async () => {
    const { baseUrl, requests } = await play(cut, json({}, 201));
    const body = { name: 'ERP', scopes: ['orders:read' as const] };
    await expect(client.createTill({ baseUrl }).POST('/v1/api-keys', { body })).rejects.toThrow('fetch failed');
    expect(requests.map(({ key }) => key)).toEqual([undefined]);
  });

  it('is sent again after 503 only where nothing was done', async () => {
    const body = { name: 'Cup' };
    const params = { path: { id: 'prd_01h455vb4pex5vsknk084sn02q' } };
    const busy = await play(problem(503, 'overloaded'), json({ name: 'Cup' }));
    expect((await client.createTill(busy).PATCH('/v1/products/{id}', { params, body })).data).toEqual({ name: 'Cup' });
    const unknown = await play(problem(503, 'database_unavailable'), json({}));
    const { response } = await client.createTill(unknown).PATCH('/v1/products/{id}', { params, body });
    expect([response.status, unknown.requests.length]).toEqual([503, 1]);
  });
});

const tokens = (name: string, expiresIn = 900) =>
  json({ accessToken: name, refreshToken: `${name}-refresh`, tokenType: 'Bearer', expiresIn });

describe('A session', () => {
  const credentials = { email: 'ada@till.test', password: 'a long enough one' };

  it('is refreshed once for all requests that find it expired', async () => {
    const { baseUrl, requests } = await play(tokens('one', 1), tokens('two'), json({}), json({}));
    const stored: unknown[] = [];
    const till = client.createTill({
      baseUrl,
      onSession: (session?: { accessToken: string }) => stored.push(session?.accessToken),
    });
    await till.signIn(credentials);
    await Promise.all([till.GET('/v1/users/me'), till.GET('/v1/users/me')]);
    expect(requests.map(({ line, token }) => [line, token])).toEqual([
      ['POST /v1/auth/login', undefined],
      ['POST /v1/auth/refresh', undefined],
      ['GET /v1/users/me', 'Bearer two'],
      ['GET /v1/users/me', 'Bearer two'],
    ]);
    expect(stored).toEqual(['one', 'two']);
  });

  it('is refreshed when its token is refused, and the request is sent again', async () => {
    const moves = [tokens('one'), problem(401, 'unauthenticated'), cut, tokens('two'), json({ name: 'Ada' })];
    const { baseUrl, requests } = await play(...moves);
    const till = client.createTill({ baseUrl });
    await till.signIn(credentials);
    expect((await till.GET('/v1/users/me')).data).toEqual({ name: 'Ada' });
    expect(requests.map(({ line }) => line)).toEqual([
      'POST /v1/auth/login',
      'GET /v1/users/me',
      'POST /v1/auth/refresh',
      'POST /v1/auth/refresh',
      'GET /v1/users/me',
    ]);
  });

  it('is refreshed by one key until an answer comes, and by another one the next time', async () => {
    const lost = [problem(504, 'none', {}), cut, problem(504, 'none', {})];
    const answered = [tokens('two', 1), tokens('three'), json({}), json({})];
    const { baseUrl, requests } = await play(tokens('one', 1), ...lost, ...answered);
    const till = client.createTill({ baseUrl, retries: 1 });
    await till.signIn(credentials);
    await expect(till.GET('/v1/users/me')).rejects.toThrow('fetch failed');
    await till.GET('/v1/users/me');
    await till.GET('/v1/users/me');
    const keys = requests.filter(({ line }) => line.endsWith('/refresh')).map(({ key }) => key);
    expect(keys).toHaveLength(5);
    expect([new Set(keys.slice(0, 4)).size, new Set(keys).size]).toEqual([1, 2]);
  });

  it('is over when Till has ended it', async () => {
    const moves = [tokens('one'), problem(401, 'unauthenticated'), problem(401, 'invalid_refresh_token')];
    const { baseUrl, requests } = await play(...moves);
    const stored: unknown[] = [];
    const till = client.createTill({ baseUrl, onSession: (session: unknown) => stored.push(session) });
    await till.signIn(credentials);
    await expect(client.ok(till.GET('/v1/users/me'))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect([stored.at(-1), requests.length]).toEqual([undefined, 3]);
  });
});

const events =
  (text: string): Move =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);

describe('Live events', () => {
  it.each([
    ['an event', 'id: 8\ndata: {"sequence":'],
    ['a reset', 'event: reset\ndata: <html>'],
  ])('end with an error after %s that is not JSON: the same would come again', async (_, broken) => {
    const { baseUrl, requests } = await play(events(`id: 7\ndata: {"sequence":7}\n\n${broken}\n\n`));
    const stop = AbortSignal.timeout(5000);
    const messages: unknown[] = [];
    const read = async () => {
      for await (const message of client.createTill({ baseUrl }).live({ signal: stop })) messages.push(message);
    };
    await expect(read()).rejects.toMatchObject({
      name: 'UnreadableMessage',
      message: expect.stringContaining('JSON') as string,
    });
    expect(messages).toEqual([{ type: 'event', event: { sequence: 7 } }]);
    expect(requests).toHaveLength(1);
  });

  it('end with a refusal of something between, and go on after one that passes', async () => {
    const { baseUrl, requests } = await play(page(408), page(403));
    const stop = AbortSignal.timeout(20_000);
    const read = async () => {
      for await (const message of client.createTill({ baseUrl }).live({ signal: stop }))
        throw new Error(String(message));
    };
    await expect(read()).rejects.toMatchObject({ name: 'UnexpectedResponse', response: { status: 403 } });
    expect(requests).toHaveLength(2);
  });
});
