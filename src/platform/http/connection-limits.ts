import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a connection may take, in milliseconds. */
export interface TimeLimits {
  /** For the head of a request to arrive. */
  readonly head: number;
  /** For the whole of a request to arrive, its body included. */
  readonly request: number;
  /** For a client to take something of an answer; one that does not has gone away or means no good. */
  readonly unread: number;
  /** Between two looks for requests that are late. */
  readonly check: number;
}

export const TIME_LIMITS: TimeLimits = { head: 10_000, request: 30_000, unread: 20_000, check: 1000 };
/** Requests that one connection may have sent ahead of their answers; all of these are held in memory. */
const MAX_PIPELINED = 32;

/** The options of a Fastify server that answers 408 to late requests and closes their connections. */
export function lateness({ head, request, check }: TimeLimits) {
  return { requestTimeout: request, http: { headersTimeout: head, connectionsCheckingInterval: check } };
}

/**
 * Closes connections that send many requests without waiting for answers, or leave an answer unread. A connection on which
 * a request is only slow to be served stays.
 */
export function limitConnections(fastify: FastifyInstance, { unread }: TimeLimits): void {
  const unanswered = new WeakMap<Socket, number>();
  fastify.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    if (count <= MAX_PIPELINED) return done();
    // Without an answer: it would only wait behind those that are not read.
    reply.hijack();
    socket.destroy();
  });
  fastify.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
    done();
  });
  fastify.server.setTimeout(unread, (socket) => {
    const isServed = (unanswered.get(socket) ?? 0) > 0 && socket.writableLength === 0;
    if (isServed) socket.setTimeout(unread);
    else socket.destroy();
  });
}
