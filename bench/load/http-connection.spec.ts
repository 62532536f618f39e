import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { HttpConnection } from './http-connection.js';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<HttpConnection> {
  return connectTo(createServer(handler));
}

async function connectTo(server: Pick<Server, 'listen' | 'address' | 'close' | 'once'>): Promise<HttpConnection> {
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  const connection = await HttpConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closing.push(() => {
    connection.close();
    server.close();
  });
  return connection;
}

test('asks many things of one connection', async () => {
  const sockets = new Set<unknown>();
  const connection = await serve((request, response) => {
    sockets.add(request.socket);
    const body = `${request.method} ${request.url} ${request.headers.authorization}`;
    response.writeHead(200, { 'Content-Length': body.length }).end(body);
  });
  expect(await connection.get('/a', 'token')).toEqual({ status: 200, body: 'GET /a Bearer token' });
  expect(await connection.get('/b')).toEqual({ status: 200, body: 'GET /b undefined' });
  expect(sockets.size).toBe(1);
});

test('sends a body in bytes with its key', async () => {
  const connection = await serve(async (request, response) => {
    const chunks = await request.toArray();
    const body = `${request.headers['idempotency-key']} ${Buffer.concat(chunks).toString()}`;
    response.writeHead(201, { 'content-length': Buffer.byteLength(body) }).end(body);
  });
  expect(await connection.post('/', '{"name":"Käse €"}', 'token', 'k1')).toEqual({
    status: 201,
    body: 'k1 {"name":"Käse €"}',
  });
});

test('puts together an answer that comes byte by byte', async () => {
  const server = createSocketServer((socket) => {
    socket.setNoDelay(true);
    socket.once('data', async () => {
      for (const byte of Buffer.from('HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\n\r\nh€lo')) {
        socket.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  });
  const connection = await connectTo(server as unknown as Server);
  expect(await connection.get('/')).toEqual({ status: 409, body: 'h€l' });
});

test('fails what is asked of a server that goes away, and whatever is asked after it', async () => {
  const connection = await serve((request) => request.socket.destroy());
  await expect(connection.get('/')).rejects.toThrow(/closed|reset/i);
  await expect(connection.get('/')).rejects.toThrow('closed');
});
