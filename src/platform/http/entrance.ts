import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Looks at each request of the clients' port before the application does. Returns true for a request that it answers itself, or hands to
 * another application of the process.
 */
export type Entrance = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What handles a request that Node has read the head of. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** Returns what routes requests of this application: by way of the entrance, if there is one. */
export function routeThrough(fastify: FastifyInstance, entrance: Entrance | undefined): Route {
  const own: Route = (request, response) => fastify.routing(request, response);
  if (!entrance) return own;
  const route: Route = (request, response) => void (entrance(request, response) || own(request, response));
  fastify.server.removeAllListeners('request').on('request', route);
  return route;
}
