import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Route } from '../http/index.js';

/**
 * How requests come to the application of a shop, made in its scope (`inShop`). Whatever happens for a request is in that scope too, also what
 * its connection tells later: so an error that nobody catches can be told to be the shop's.
 */
export function routeTo(app: NestFastifyApplication): { readonly route: Route; ready(): Promise<void> } {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const inScope = AsyncLocalStorage.snapshot();
  const keep = (emitter: EventEmitter) => {
    const emit = emitter.emit.bind(emitter);
    emitter.emit = (...event: Parameters<typeof emit>) => inScope(emit, ...event);
  };
  return {
    ready: async () => void (await fastify.ready()),
    route: (request, response) => {
      keep(request);
      keep(response);
      // The connection of a WebSocket is the shop's for the rest of its life.
      if (request.headers.upgrade !== undefined) keep(request.socket);
      inScope(() => fastify.routing(request, response));
    },
  };
}
