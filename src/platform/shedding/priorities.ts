import type { FastifyInstance } from 'fastify';
import type { Priority, RouteTerms } from '../routes/index.js';

/** The path of one resource, as opposed to a list or a report. */
const ONE_RESOURCE = /\/(:\w+|me|quotes)$/;

/**
 * Gives every route that is registered from now on its priority: what its terms say, otherwise `write` for a change, `read` for one resource, and
 * `list` for all other reading.
 */
export function setPriorities(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const terms = (route.config ?? {}) as RouteTerms;
    const priority =
      terms.priority ?? (terms.listener === 'admin' ? 'essential' : usual([route.method].flat(), route.url));
    route.config = { ...terms, priority } as typeof route.config;
  });
}

function usual(methods: readonly string[], url: string): Priority {
  if (!methods.every((method) => ['GET', 'HEAD', 'OPTIONS'].includes(method))) return 'write';
  return ONE_RESOURCE.test(url) ? 'read' : 'list';
}
