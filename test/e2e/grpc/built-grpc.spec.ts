import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ChannelCredentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtEntry } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { grpcClient } from '../../support/grpc.js';
import { redisDatabase } from '../../support/redis.js';
import { type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

const tls = (name: string) => path.resolve('test', 'support', 'tls', name);

let database: TestDatabase;
let settings: Record<string, string> & { readonly DATABASE_URL: string };
let built: BuiltProcess;
let shop: Shop;
beforeAll(async () => {
  database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase(), PUBLIC_URL: 'http://till.test' };
  const files = { GRPC_TLS_CERT_FILE: tls('server.crt'), GRPC_TLS_KEY_FILE: tls('server.key') };
  settings = { NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000', ...withoutQuotas, ...servers };
  built = await startBuilt('main.js', { ...settings, GRPC_PORT: '0', ...files });
  shop = shopAt(built.url, settings);
}, 240_000);
afterAll(async () => {
  await shop?.leave();
  await built?.stop();
  await database?.drop();
});

it('A built api serves calls with TLS, ends its streams when it is told to end, and ends', async () => {
  const { port } = built.log().find(({ msg }) => msg === 'gRPC is listening') as { port: number };
  const client = grpcClient(port, ChannelCredentials.createSsl(readFileSync(tls('authority.crt'))));
  const [person, mug] = [await shop.person(), await shop.product(10)];
  const request = { idempotencyKey: randomUUID(), lines: [{ productId: mug.id, quantity: 2 }] };
  const { body } = await client.call('OrderService/PlaceOrder', request, { token: person.token });
  expect(body['order']).toMatchObject({ total: 2000, status: 'ORDER_STATUS_PENDING' });
  const events = client.stream('EventService/StreamEvents', {}, { token: person.token });
  const health = client.stream('grpc.health.v1.Health/Watch', {});
  await Promise.all([events.first('ready'), health.first('status')]);
  const stopped = built.stop();
  expect(await events.ended).toMatchObject({ code: status.UNAVAILABLE });
  expect(await stopped).toBe(0);
  await expect.poll(() => health.messages).toEqual([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
  client.close();
});

it('An api without GRPC_PORT reads no file of it', async () => {
  const read = new Set<string>();
  const follow = (file: string): void => {
    if (read.has(file)) return;
    read.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, to] of text.matchAll(/^(?:import|export)[^;]*?["'](\.{1,2}\/[^"']+)["'];$/gm))
      follow(path.join(path.dirname(file), to!));
  };
  follow(await builtEntry('main.js'));
  expect(read.size).toBeGreaterThan(1);
  for (const file of read) expect(readFileSync(file, 'utf8')).not.toMatch(/node_modules\/(@grpc|protobufjs)\//);
});
