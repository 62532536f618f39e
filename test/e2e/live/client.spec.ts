import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inClone } from '../../../tools/servers/paths.js';
import { buildClient } from '../../support/client.js';
import { admin, api, place, scenario, shopper } from '../../support/scenario.js';
import { connect } from 'node:net';

const home = inClone('packages', 'client');

interface Message {
  readonly type: string;
  readonly event: { readonly sequence: number; readonly aggregate: { readonly id: string } };
}
interface ClientPackage {
  createTill(options: { baseUrl: string; apiKey: string }): {
    live(options: { after?: number; signal?: AbortSignal; types?: string[] }): AsyncGenerator<Message>;
  };
}

let apiKey: string;
let proxy: Server;
let sockets: Set<Socket>;
scenario({ worker: true, people: ['shopper', 'admin'], mugs: 100_000, unchecked: true });
beforeAll(async () => {
  await buildClient();
  const body = { name: 'ERP', scopes: ['events:read', 'orders:read'] };
  apiKey = (await api.request<{ key: string }>('POST /v1/api-keys', { token: admin.token, body })).body.key;
  sockets = new Set();
  proxy = createServer((client) => {
    const server = connect(Number(new URL(api.url).port), '127.0.0.1');
    for (const one of [client, server]) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => sockets.delete(one));
    }
    client.pipe(server).pipe(client);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
}, 120_000);
afterAll(() => proxy?.close());

const proxied = () => `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;

it('A client whose connection breaks again and again misses nothing, and gets everything in order', async () => {
  const { createTill } = (await import(/* @vite-ignore */ `${home}/dist/index.js`)) as ClientPackage;
  const stop = new AbortController();
  const placed: string[] = [];
  const came: string[] = [];
  const positions: number[] = [];
  const [{ last }] = (await api.sql('SELECT last::int FROM event_sequence')) as [{ last: number }];
  const placing = (async () => {
    for (let n = 0; n < 40; n += 1) {
      placed.push((await place()).id);
      if (n % 10 === 5) for (const socket of sockets) socket.destroy();
    }
  })();
  const till = createTill({ baseUrl: proxied(), apiKey });
  for await (const { event } of till.live({ after: last, signal: stop.signal, types: ['order.placed'] })) {
    positions.push(event.sequence);
    if (!came.includes(event.aggregate.id)) came.push(event.aggregate.id);
    if (came.length === 40) stop.abort();
  }
  await placing;
  expect(came).toEqual(placed);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
});

it('An example follows an order', async () => {
  const { follow } = (await import(/* @vite-ignore */ `${home}/examples/live.ts`)) as {
    follow(url: string, key: string, id: string, seen: (type: string) => void): Promise<void>;
  };
  const order = await place();
  const types: string[] = [];
  const following = follow(api.url, apiKey, order.id, (type) => types.push(type));
  await api.pay(shopper, order);
  await api.post(`/v1/orders/${order.id}/fulfillments`, { token: admin.token, body: {} });
  await following;
  expect([types[0], types.at(-1)]).toEqual(['order.placed', 'order.fulfilled']);
  expect(types).toContain('order.confirmed');
});
