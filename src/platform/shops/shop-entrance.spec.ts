import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RunningShops } from './running-shops.js';
import { type ServingShop, shopEntrance } from './shop-entrance.js';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const SOON = { timeout: 10_000, interval: 10 };
const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server in front of the shops `north` and `south`, of which one runs at once; each start waits for `started`. */
async function frontOf(serve: Serve, started: Promise<unknown> = Promise.resolve()) {
  const ended: string[] = [];
  const prepare = async (slug: string) => async (): Promise<ServingShop> => {
    await started;
    return { route: serve, drain: () => undefined, close: async () => void ended.push(slug) };
  };
  const running = new RunningShops(prepare, 1, () => undefined);
  const entrance = shopEntrance({
    running,
    hosts: { domain: 'shops.test', own: new Map(), common: 'api.shops.test' },
    assertServed: async (slug) => void slug,
    changes: () => undefined,
    isEnding: () => false,
    publicUrl: 'http://api.shops.test',
  });
  const server = createServer((request, response) => void entrance(request, response));
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const dial = async (text: string) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  return { running, server, dial, ended };
}

const requestFor = (slug: string) => `GET / HTTP/1.1\r\nHost: ${slug}.shops.test\r\n\r\n`;

describe('The entrance of shops', () => {
  it('keeps no place for a client that has left before its shop has started', async () => {
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const { running, server, dial } = await frontOf((_request, response) => void response.end('{}'), started);
    const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
    const socket = await dial(requestFor('north'));
    const [request] = await arrived;
    socket.destroy();
    await once(request.socket, 'close');
    start();
    await running.ready('north');
    await vi.waitFor(() => expect(running.ready('south')).resolves.toBeUndefined(), SOON);
  });

  it('keeps no place for requests that wait for the answer to another one when their connection ends', async () => {
    const served: ServerResponse[] = [];
    const { running, dial } = await frontOf((_request, response) => void served.push(response));
    const socket = await dial(requestFor('north').repeat(3));
    await vi.waitFor(() => expect(served).toHaveLength(3), SOON);
    socket.destroy();
    await vi.waitFor(() => expect(running.ready('south')).resolves.toBeUndefined(), SOON);
  });
});
