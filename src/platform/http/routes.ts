import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
  readonly isOfAdmin: boolean;
}

/** The methods of each URL, to distinguish a wrong method (405) from a wrong URL (404). */
export class RouteTable {
  private readonly routes = new Map<string, KnownRoute>();

  /** `isOfAdmin`: whether a request came in by the administration port; undefined if there is none, and all routes are on one port. */
  constructor(private readonly isOfAdmin: (request: IncomingMessage) => boolean | undefined) {}

  /** Records every route that is registered from now on. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method, constraints }) => {
      if (url.includes('*')) return;
      const isOfAdmin = constraints !== undefined && 'listener' in constraints;
      const route = this.routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>(), isOfAdmin };
      for (const name of [method].flat()) route.methods.add(name);
      this.routes.set(url, route);
    });
  }

  /** Returns the methods of the requested URL; empty if it does not exist on the port of the request. */
  methodsOf(request: IncomingMessage): string[] {
    const path = request.url?.split('?', 1)[0] ?? '';
    const isOfAdmin = this.isOfAdmin(request) ?? false;
    const found = [...this.routes.values()].filter((it) => it.isOfAdmin === isOfAdmin && it.pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  }
}

function patternOf(url: string): RegExp {
  const source = url.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+');
  return new RegExp(`^${source}/?$`);
}
