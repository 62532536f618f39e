import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeIdleAtEnd, KEEP_ALIVE_MS, lateness, limitConnections, TIME_LIMITS } from './connection-limits.js';

const SHORT = { head: 300, request: 900, unread: 600, check: 50 };
/** More than the sockets of both sides hold. */
const LARGE = 'x'.repeat(32 * 2 ** 20);

let app: FastifyInstance;
let served = 0;
beforeAll(async () => {
  app = fastify(lateness(SHORT));
  limitConnections(app, SHORT);
  app.get('/large', () => LARGE);
  app.get('/slow', () => new Promise((resolve) => setTimeout(() => resolve('late'), 3 * SHORT.unread)));
  app.post('/', () => ++served);
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app?.close());

/** A connection, and what has come over it when the server ends it, with the time that took. */
async function opened() {
  // On a busy machine the server counts before this process knows of the connection.
  const began = performance.now();
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const ended = async (): Promise<{ text: string; ms: number }> => {
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    await once(socket, 'close');
    return { text, ms: performance.now() - began };
  };
  return { socket, ended };
}

/** Sends a piece now and then until the connection ends. */
function drip(socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 50);
  socket.once('close', () => clearInterval(timer));
}

describe('A connection', () => {
  it('has 10 s for a head, 30 s for a request and 20 s for an unread answer', () =>
    expect(TIME_LIMITS).toMatchObject({ head: 10_000, request: 30_000, unread: 20_000 }));

  it.each([
    ['nothing more', ''],
    ['a little now and then', 'X-A: 1\r\n'],
  ])('that sent a part of a head and then %s gets 408 and is closed', async (_, piece) => {
    const { socket, ended } = await opened();
    socket.write('GET /slow HTTP/1.1\r\nHost: till\r\n');
    if (piece) drip(socket, piece);
    const { text, ms } = await ended();
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeGreaterThanOrEqual(SHORT.head);
  });

  it.each([
    ['nothing more', ''],
    ['a little now and then', 'x'],
  ])('that sent a part of a body and then %s is closed, and its request is not served', async (_, piece) => {
    const { socket, ended } = await opened();
    socket.write('POST / HTTP/1.1\r\nHost: till\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\nx');
    if (piece) drip(socket, piece);
    const { ms } = await ended();
    expect(ms).toBeGreaterThanOrEqual(Math.min(SHORT.request, SHORT.unread));
    expect(served).toBe(0);
  });

  it('is closed when nothing is read of an answer', async () => {
    const { socket } = await opened();
    const arrived = once(app.server, 'connection') as Promise<[Socket]>;
    socket.destroy();
    const reader = connect((app.server.address() as AddressInfo).port, '127.0.0.1').pause();
    reader.on('error', () => undefined);
    const [server] = await arrived;
    reader.write('GET /large HTTP/1.1\r\nHost: till\r\n\r\n');
    await once(server, 'close');
    expect(server.bytesWritten).toBeGreaterThan(0);
    reader.destroy();
  });

  it('stays while a request on it is only slow to be served', async () => {
    const { socket, ended } = await opened();
    socket.write('GET /slow HTTP/1.1\r\nHost: till\r\nConnection: close\r\n\r\n');
    const { text, ms } = await ended();
    expect(text).toMatch(/^HTTP\/1\.1 200 .*late$/s);
    expect(ms).toBeGreaterThan(2 * SHORT.unread);
  });

  it('that sends 33 requests ahead of their answers is closed', async () => {
    const { socket, ended } = await opened();
    socket.write('GET /slow HTTP/1.1\r\nHost: till\r\n\r\n'.repeat(33));
    expect(await ended()).toMatchObject({ text: '' });
  });
});

it('A server that closes does not wait for the client of a response that ended meanwhile', async () => {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const closing = fastify({ keepAliveTimeout: KEEP_ALIVE_MS });
  closeIdleAtEnd(closing);
  closing.get('/', () => {
    asked.resolve();
    return answer.promise;
  });
  await closing.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((closing.server.address() as AddressInfo).port, '127.0.0.1');
  const ended = once(socket.resume(), 'close');
  socket.write('GET / HTTP/1.1\r\nHost: till\r\n\r\n');
  await asked.promise;
  const closed = closing.close();
  await expect.poll(() => closing.server.listening).toBe(false);
  answer.resolve('late');
  await closed;
  await ended;
});
