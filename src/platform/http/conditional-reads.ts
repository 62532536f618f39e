import type { FastifyInstance, onSendHookHandler } from 'fastify';
import { digestOf, isKnown } from './etag.js';

/** Whether a route sends an `ETag` and responds 304 to a client that has the present state: each read of the API does. */
export const isConditional = (method: string, path: string): boolean =>
  method.toUpperCase() === 'GET' && path.startsWith('/v1/');

/**
 * Gives each list and each single resource an `ETag`, a digest of its body unless the handler made one of the version, and responds 304
 * to a client that has this state (RFC 9110, section 13.1.2). The body is made before, so whoever may not read it gets no 304.
 *
 * Caches between must ask each time (`no-cache`); what is said to a known caller no cache keeps (`no-store`, set before).
 */
export function answerConditionally(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!isConditional([route.method].flat()[0]!, route.url)) return;
    route.onSend = [...[route.onSend ?? []].flat(), answer];
  });
}

const answer: onSendHookHandler = (request, reply, payload, done) => {
  if (reply.statusCode !== 200 && reply.statusCode !== 304) return done(null, payload);
  if (!reply.hasHeader('Cache-Control')) void reply.header('Cache-Control', 'no-cache');
  // A stream is sent as it is made: nobody knows its digest yet. The handler of a version has answered by itself.
  if (typeof payload !== 'string' || reply.hasHeader('ETag')) return done(null, payload);
  const tag = `"${digestOf(payload)}"`;
  void reply.header('ETag', tag);
  if (!isKnown(request.headers['if-none-match'], tag)) return done(null, payload);
  void reply.status(304).removeHeader('Content-Type');
  done(null, null);
};
