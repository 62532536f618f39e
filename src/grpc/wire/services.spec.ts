import type { handleUnaryCall } from '@grpc/grpc-js';
import { Metadata, status } from '@grpc/grpc-js';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { type Members, readSchema } from './schema.js';
import { Services } from './services.js';

it('A call whose end fails to be sent gets INTERNAL, and the process goes on', async () => {
  const api = fastify();
  const failures: unknown[] = [];
  const services = new Services(readSchema(), { request: (_, options) => api.inject(options) }, (error) =>
    failures.push(error),
  );
  const getOrder = services.handlersOf('till.v1.OrderService')['GetOrder'] as handleUnaryCall<Members, Members>;
  const call = { metadata: new Metadata(), request: { id: 'ord_1' }, getPeer: () => '192.0.2.7:5000' };
  const unsendable = new URIError('URI malformed');
  const ends: unknown[] = [];
  await new Promise<void>((resolve) => {
    getOrder(call as never, (error) => {
      ends.push(error?.code);
      if (ends.length === 1) throw unsendable;
      resolve();
    });
  });
  expect([ends[1], failures.at(-1)]).toEqual([status.INTERNAL, unsendable]);
});
