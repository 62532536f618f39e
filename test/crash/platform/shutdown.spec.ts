import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { builtEntry } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  await builtEntry('main.js'); // which may take its time
  database = await createDatabase();
  env = { NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
}, 240_000);
afterAll(() => database?.drop());

async function opened({ url }: BuiltProcess, sent: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (sent) await new Promise((resolve) => socket.write(sent, resolve));
  return socket;
}
const isShuttingDown = (api: BuiltProcess) =>
  vi.waitFor(() => expect(api.log()).toContainEqual(expect.objectContaining({ msg: 'shutting down' })), 20_000);

describe('A process that is told to end', () => {
  it.each([
    ['nothing', ''],
    ['half a head', 'GET /health/live HTTP/1.1\r\nHost: till\r\nX-'],
    [
      'half a body',
      'POST /v1/auth/login HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ],
    ['a whole request, and kept the connection', 'GET /health/live HTTP/1.1\r\nHost: till\r\n\r\n'],
  ])('ends with 0 and soon although a connection has sent %s', async (_, sent) => {
    const api = await startBuilt('main.js', env);
    const socket = await opened(api, sent);
    if (sent.endsWith('\r\n\r\n')) await once(socket, 'data');
    const began = performance.now();
    // A close by a reset, of bytes that nobody reads any more, is one too.
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    expect(await api.stop()).toBe(0);
    await closed;
    expect(performance.now() - began).toBeLessThan(8000);
  });

  it('says so by its readiness first, takes requests for SHUTDOWN_DELAY_SECONDS, and then ends', async () => {
    const api = await startBuilt('main.js', { ...env, SHUTDOWN_DELAY_SECONDS: '3' });
    const began = performance.now();
    const ended = api.stop();
    await isShuttingDown(api);
    const ready = await fetch(`${api.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'shutting_down' });
    const served = await fetch(`${api.url}/v1/products`); // over a new connection: the one before was closed
    expect([ready.headers.get('connection'), served.status, served.headers.get('connection')]).toEqual([
      'close',
      200,
      'close',
    ]);
    expect(await ended).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(3000);
  });

  it('serves a request that comes on an open connection after the listener closed', async () => {
    const api = await startBuilt('main.js', { ...env, SHUTDOWN_DELAY_SECONDS: '1' });
    const socket = await opened(api, '');
    const ended = api.stop();
    const refused = () => expect(opened(api, '')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await vi.waitFor(refused, { timeout: 20_000, interval: 5 });
    socket.write('GET /health/live HTTP/1.1\r\nHost: till\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n/i);
    expect(await ended).toBe(0);
  });

  it('ends at once on a second signal', async () => {
    const api = await startBuilt('main.js', { ...env, SHUTDOWN_DELAY_SECONDS: '60' });
    const ended = api.stop();
    await isShuttingDown(api);
    api.child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });
});
