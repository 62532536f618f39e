import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a connection may take, in milliseconds. */
export interface TimeLimits {
  /** For the headers of a request to arrive. */
  readonly head: number;
  /** For the whole request to arrive, including its body. */
  readonly request: number;
  /** For a client to read a part of a response; a client that does not is gone or malicious. */
  readonly unread: number;
  /** Between two checks for late requests. */
  readonly check: number;
}

export const TIME_LIMITS: TimeLimits = { head: 10_000, request: 30_000, unread: 20_000, check: 1000 };
/** Longer than a load balancer keeps an idle connection (65 s at most; usually 60), so that Till never closes first. */
export const KEEP_ALIVE_MS = 75_000;
/** How many requests a connection may send before their responses; all of these are in memory. */
const MAX_PIPELINED = 32;

/** How often a server that closes looks for idle connections, in milliseconds. */
const LOOK_MS = 50;

/** Requests without a complete response. A connection of one application's server may have requests for another one of the process. */
const unanswered = new WeakMap<Socket, number>();

/** Returns the options for a Fastify server that responds with 408 to late requests and closes their connections. */
export function lateness({ head, request, check }: TimeLimits) {
  return { requestTimeout: request, http: { headersTimeout: head, connectionsCheckingInterval: check } };
}

/**
 * Closes connections that send many requests without waiting for responses, or leave a response unread. A connection whose request
 * is only slow to process stays open.
 */
export function limitConnections(fastify: FastifyInstance, { unread }: TimeLimits): void {
  fastify.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    if (count <= MAX_PIPELINED) return done();
    // Without a response, which would only wait behind the unread ones.
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

/**
 * Closes connections that become idle while the server closes. Node closes only those that are idle when that begins: one whose response
 * ends later would hold the server up until its client leaves, which may be `KEEP_ALIVE_MS`.
 */
export function closeIdleAtEnd(fastify: FastifyInstance): void {
  const { server } = fastify;
  fastify.addHook('preClose', (done) => {
    if (server.listening) {
      const looks = setInterval(() => server.closeIdleConnections(), LOOK_MS);
      server.once('close', () => clearInterval(looks));
    }
    done();
  });
}
