import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Connections, MAX_PER_ADDRESS } from './connections.js';

let served: Socket[];
let clients: Socket[];
let port: number;
let connections: Connections;
beforeEach(async () => {
  [served, clients] = [[], []];
  connections = new Connections((socket) => served.push(socket));
  port = await connections.listen(0, '127.0.0.1');
});
afterEach(() => {
  connections.close();
  connections.end();
  for (const client of clients) client.destroy();
});

/** Connects from this address. Returns whether the connection is served; otherwise it was closed. */
async function isServedFrom(localAddress: string): Promise<boolean> {
  const before = served.length;
  const client = connect({ port, host: '127.0.0.1', localAddress }).resume();
  clients.push(client);
  const closed = once(client, 'close');
  await once(client, 'connect');
  while (served.length === before && !client.destroyed)
    await Promise.race([closed, new Promise((resolve) => setImmediate(resolve))]);
  return served.length > before;
}

it('One address has so many connections and no more, another one gets in, and each that ends makes room', async () => {
  for (let n = 1; n <= MAX_PER_ADDRESS; n += 1) expect(await isServedFrom('127.0.0.1')).toBe(true);
  expect(await isServedFrom('127.0.0.1')).toBe(false);
  expect(await isServedFrom('127.0.0.2')).toBe(true);
  clients[0]!.destroy();
  await once(served[0]!, 'close');
  expect(await isServedFrom('127.0.0.1')).toBe(true);
  expect(await isServedFrom('127.0.0.1')).toBe(false);
});
