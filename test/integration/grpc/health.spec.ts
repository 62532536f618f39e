import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listen, type Listener } from '../../../src/grpc/wire/listener.js';
import { grpcClient } from '../../support/grpc.js';

/** Health is told without a request to the API. */
const never = () => Promise.reject(new Error('nothing is sent'));
const api = { count: () => Promise.resolve(), request: never, refused: never as never };
const soon = { timeout: 10_000, interval: 20 };

let isReady: boolean;
let listener: Listener;
let client: ReturnType<typeof grpcClient>;
beforeEach(async () => {
  isReady = false;
  const at = { host: '127.0.0.1', port: 0, tls: undefined };
  listener = await listen({ ...at, api, isReady: async () => isReady, failed: () => undefined });
  client = grpcClient(listener.port);
});
afterEach(async () => {
  client.close();
  await listener.close();
});

const watch = (service: string) => {
  const stream = client.stream('grpc.health.v1.Health/Watch', { service });
  return { ...stream, told: () => stream.messages.map((message) => message['status']) };
};

it('Whoever watches is told each change of readiness once', async () => {
  const [all, orders] = [watch(''), watch('till.v1.OrderService')];
  await expect.poll(all.told, soon).toEqual(['NOT_SERVING']);
  isReady = true;
  await expect.poll(all.told, soon).toEqual(['NOT_SERVING', 'SERVING']);
  isReady = false;
  await expect.poll(all.told, soon).toEqual(['NOT_SERVING', 'SERVING', 'NOT_SERVING']);
  await expect.poll(orders.told, soon).toEqual(all.told());
});

it('Whoever watches a service that is unknown is told so, and the call stays open until the process ends', async () => {
  isReady = true;
  const unknown = watch('till.v1.Nothing');
  await expect.poll(unknown.told, soon).toEqual(['SERVICE_UNKNOWN']);
  const known = watch('');
  await expect.poll(known.told, soon).toEqual(['SERVING']);
  listener.drain();
  expect(await Promise.all([unknown.status, known.status])).toEqual([status.OK, status.OK]);
  expect([unknown.told(), known.told()]).toEqual([['SERVICE_UNKNOWN'], ['SERVING', 'NOT_SERVING']]);
});

it('A watch that was cancelled keeps nobody, and others go on', async () => {
  const [gone, other] = [watch(''), watch('')];
  await expect.poll(gone.told, soon).toEqual(['NOT_SERVING']);
  gone.cancel();
  isReady = true;
  await expect.poll(other.told, soon).toEqual(['NOT_SERVING', 'SERVING']);
  expect(gone.told()).toEqual(['NOT_SERVING']);
});
