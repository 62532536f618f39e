import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../tools/servers/ports.js';
import { checkPorts } from './port.checks.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Listens on a free port, and answers every request with this text. */
async function listening(body: string): Promise<number> {
  const server = createServer((_request, response) => response.setHeader('connection', 'close').end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const check = (port: number, workerPort: number) =>
  checkPorts({ http: { host: '127.0.0.1', port, worker: { host: '127.0.0.1', port: workerPort } } as never });

test('Free ports are fine', async () => {
  const [port, workerPort] = [await freePort(), await freePort()];
  expect(await check(port, workerPort)).toEqual([
    { about: `port ${port}`, ok: true, what: 'free, for PORT' },
    { about: `port ${workerPort}`, ok: true, what: 'free, for WORKER_PORT' },
  ]);
});

test('A port that another program has is a problem, and says which variable helps', async () => {
  const [port, workerPort] = [await freePort(), await listening('hello')];
  expect((await check(port, workerPort))[1]).toEqual({
    about: `port ${workerPort}`,
    ok: false,
    what: 'taken by another program',
    remedy: 'Stop that program, or set WORKER_PORT to another port.',
  });
});

test('A port on which Till answers is fine', async () => {
  const port = await listening('{"status":"ok"}');
  expect((await check(port, await freePort()))[0]).toMatchObject({
    ok: true,
    what: 'taken by a process that answers as Till does',
  });
});

test('A host that is not of this machine is a problem', async () => {
  const found = await checkPorts({
    http: { host: '192.0.2.1', port: 8080, worker: { host: '192.0.2.1', port: 8081 } } as never,
  });
  expect(found).toMatchObject([
    { ok: false, what: "can't be listened on at 192.0.2.1 (EADDRNOTAVAIL)", remedy: 'Set PORT or HTTP_HOST.' },
    { ok: false },
  ]);
});

const at = (port: number) => ({ host: '127.0.0.1', port });

test('A port of administration has a check of its own, and the port of the clients knows no health', async () => {
  const [port, adminPort, free] = [
    await listening('{"code":"not_found"}'),
    await listening('{"status":"ok"}'),
    await freePort(),
  ];
  const found = await checkPorts({ http: { ...at(port), admin: at(adminPort), worker: at(free) } as never });
  const isTill = { ok: true, what: 'taken by a process that answers as Till does' };
  expect(found).toMatchObject([
    { about: `port ${port}`, ...isTill },
    { about: `port ${adminPort}`, ...isTill },
    { about: `port ${free}`, ok: true, what: 'free, for WORKER_PORT' },
  ]);
});
