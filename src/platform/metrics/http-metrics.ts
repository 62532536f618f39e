import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';

const duration = new Histogram({
  name: 'till_http_request_duration_seconds',
  help: 'Time from the request to the end of the answer, by method, route pattern and status.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
});

/** Measures every request. Addresses that match no route count as one, or anybody could fill the memory with labels. */
export function measureRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
