import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The whole of a request, its body included, must arrive within this time, its head within the other; in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;
export const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for requests that are late. */
export const TIMEOUT_CHECK_MS = 1000;
/** A client that takes nothing of an answer for this long has gone away or means no good. */
const UNREAD_TIMEOUT_MS = 20_000;
/** Requests that one connection may have sent ahead of their answers; all of these are held in memory. */
const MAX_PIPELINED = 32;

/**
 * Closes connections that send many requests without waiting for answers, or leave an answer unread. A connection on which
 * a request is only slow to be served stays.
 */
export function limitConnections(fastify: FastifyInstance): void {
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
  fastify.server.setTimeout(UNREAD_TIMEOUT_MS, (socket) => {
    const isServed = (unanswered.get(socket) ?? 0) > 0 && socket.writableLength === 0;
    if (isServed) socket.setTimeout(UNREAD_TIMEOUT_MS);
    else socket.destroy();
  });
}
