import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Looks at each request of the clients' port before the application does. Returns true for a request that it answers itself, or hands to
 * another application of the process.
 */
export type Entrance = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What handles a request that Node has read the head of. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** Requests whose clients send the body when they are told to. */
const expecting = new WeakSet<IncomingMessage>();

/** Returns what routes requests of this application: by way of the entrance, if there is one. */
export function routeThrough(fastify: FastifyInstance, entrance: Entrance | undefined): Route {
  const own: Route = (request, response) => {
    letContinue(request, response);
    fastify.routing(request, response);
  };
  if (!entrance) return own;
  const route: Route = (request, response) => {
    takeAbsoluteForm(request);
    if (!entrance(request, response)) own(request, response);
  };
  const { server } = fastify;
  server.removeAllListeners('request').on('request', route);
  // Node would ask for the body before anybody has looked at the head. Whoever listens to requests hears of these as well.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expecting.add(request);
    server.emit('request', request, response);
  });
  return route;
}

/** Asks the client for the body, if it waits for that (RFC 9110, section 10.1.1): a request that is refused by its head alone needs none. */
export function letContinue(request: IncomingMessage, response: ServerResponse): void {
  if (expecting.delete(request)) response.writeContinue();
}

/** The host of a request target in absolute form replaces that of the header (RFC 9112, section 3.2.2), and the target becomes the usual one. */
function takeAbsoluteForm(request: IncomingMessage): void {
  const { url = '' } = request;
  const authority = /^https?:\/\/([^/?#]+)/i.exec(url);
  if (!authority) return;
  const rest = url.slice(authority[0].length);
  request.headers.host = authority[1]!.replace(/^.*@/, '');
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
}
