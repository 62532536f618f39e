import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type OpenSpan, tracing } from './tracing.js';

/** Asked all the time by probes and scrapers. */
const UNTRACED = /^\/(health|metrics|status)\b/;

/**
 * Makes each request a span, a child of the client's (`traceparent`), by the semantic conventions for HTTP servers. Neither paths nor queries nor
 * headers become attributes: they may hold personal data. Without tracing it adds nothing.
 */
export function traceRequests(fastify: FastifyInstance): void {
  const active = tracing();
  if (!active) return;
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method } = request;
    const { traceparent } = request.headers;
    const parent = typeof traceparent === 'string' ? traceparent : undefined;
    const attributes = { 'http.request.method': method, 'url.scheme': request.protocol, 'till.request.id': request.id };
    if (!UNTRACED.test(request.url)) spans.set(request, active.begin(method, { kind: 'server', attributes, parent }));
    done();
  });
  // The context begins here: reading the body would lose it.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(() => done());
    else done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    const route = request.is404 ? undefined : request.routeOptions.url;
    if (route) span?.rename(`${request.method} ${route}`);
    span?.set({ 'http.response.status_code': reply.statusCode, ...(route && { 'http.route': route }) });
    span?.end(reply.statusCode >= 500 ? String(reply.statusCode) : undefined);
    done();
  });
}
