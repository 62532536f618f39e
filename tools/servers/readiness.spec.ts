import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntilReady } from './readiness.js';

let server: Server;
let url: string;
let instanceId: string;
beforeEach(async () => {
  instanceId = 'mine';
  server = createServer((_request, response) => response.setHeader('Till-Instance', instanceId).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

test('a process of this start is ready when it says so', async () => {
  await expect(waitUntilReady({ url, instanceId: 'mine', logFile: '/dev/null' })).resolves.toBeUndefined();
});

test('a process of another start is not taken for it', async () => {
  instanceId = 'theirs';
  const waiting = waitUntilReady({ url, instanceId: 'mine', logFile: '/dev/null' });
  await expect(waiting).rejects.toThrow(`Another process answers at ${url}`);
});
