import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { encodeId } from '../../shared/ids.js';
import type { Caller } from '../access/index.js';
import { type AddressInLog, loggedAddress, loggedPath, type Logger, traceIdIn } from '../logging/index.js';
import { termsOf } from '../routes/index.js';
import { clientAddress } from '../throttling/index.js';

/** The code of the problem that a request was answered with. */
const codes = new WeakMap<FastifyRequest, string>();

/** Notes the code of the problem that the response holds, for the line of the request. */
export function noteProblem(request: FastifyRequest, code: string): void {
  codes.set(request, code);
}

/** Logs one line for each request when its response is sent; for probes and scrapes at `debug`. */
export function logRequests(fastify: FastifyInstance, logger: Logger, address: AddressInLog): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.request(lineOf(request, reply, address), termsOf(request).listener === 'admin');
    done();
  });
}

function lineOf(request: FastifyRequest & { user?: Caller }, reply: FastifyReply, address: AddressInLog) {
  const route = request.is404 ? undefined : request.routeOptions.url;
  return {
    requestId: request.id,
    method: request.method,
    route: route ?? 'none',
    path: loggedPath(route, request.params),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    code: codes.get(request),
    callerId: request.user && encodeId('usr', request.user.userId),
    address: loggedAddress(clientAddress(request), address),
    traceId: traceIdIn(request.headers['traceparent']),
    replayed: reply.hasHeader('Idempotent-Replayed') || undefined,
  } as const;
}
