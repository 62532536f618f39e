import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';
import { gauge } from './gauge.js';
import { labelOf } from './shop-label.js';
import { currentShop, inShop } from './shop-scope.js';

const duration = new Histogram({
  name: 'till_http_request_duration_seconds',
  help: 'Time from the request to the end of the answer, by method, route pattern and status.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
});

/** Measures every request. URLs without a route count as one label, so that nobody can fill the memory with labels. */
export function measureRequests(fastify: FastifyInstance): void {
  countInFlight(fastify);
  const shop = currentShop();
  const label = labelOf(shop);
  if (label.shop !== undefined) countForShop(fastify, shop);
  const seriesOf = keptSeries(label);
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    seriesOf(request.method, route, reply.statusCode).observe(reply.elapsedTime / 1000);
    done();
  });
}

/** The library looks a series up by all of its labels, each time anew. */
function keptSeries(label: { readonly shop?: string }) {
  const series = new Map<string, ReturnType<typeof duration.labels>>();
  return (method: string, route: string, status: number) => {
    const name = `${method} ${route} ${status}`;
    let found = series.get(name);
    if (!found) series.set(name, (found = duration.labels({ method, route, status, ...label })));
    return found;
  };
}

/** Lets requests count for the shop of their application, whoever hands them over. Reading the body loses the context. */
function countForShop(fastify: FastifyInstance, shop: string | undefined): void {
  fastify.addHook('onRequest', (_request, _reply, done) => inShop(shop, done));
  fastify.addHook('preValidation', (_request, _reply, done) => inShop(shop, done));
}

/** Counts requests until their response is sent or their connection is gone. */
function countInFlight(fastify: FastifyInstance): void {
  let inFlight = 0;
  const ended = () => void (inFlight -= 1);
  fastify.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1;
    reply.raw.on('close', ended); // comes once; what `once` costs to remove would be for nothing
    done();
  });
  gauge(
    'till_http_requests_in_flight',
    'Requests without a complete response, the scrape itself among them.',
    [],
    (set) => set({}, inFlight),
  );
}
