import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Address } from '../config/index.js';
import type { RouteTerms } from '../routes/index.js';
import { KEEP_ALIVE_MS, TIME_LIMITS } from './connection-limits.js';

/** The name of the routing constraint, and its value for routes and requests of the administration port. */
const LISTENER = 'listener';
const ADMIN = 'admin';

/**
 * A second server of the process, with a port of its own, for health and metrics: routes with the term `listener: 'admin'` exist only
 * there, and all others only on the port of the clients. Its connections do not count for the limits of the clients' port, so a
 * flood there does not hide the process from its probes.
 */
export class AdminServer {
  private readonly requests = new WeakSet<IncomingMessage>();
  private server: Server | undefined;

  constructor(private readonly address: Address) {}

  /** The strategy by which the router of Fastify tells both ports apart. */
  readonly constraint = {
    name: LISTENER,
    mustMatchWhenDerived: true,
    storage: () => new Map<unknown, never>() as never,
    validate: () => undefined,
    deriveConstraint: (request: IncomingMessage) => (this.requests.has(request) ? ADMIN : undefined) as never,
  };

  /** Whether the request came in by the administration port. */
  serves(request: IncomingMessage): boolean {
    return this.requests.has(request);
  }

  /** Sends requests of this server to the routes that are registered from now on. */
  attach(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      if (((route.config ?? {}) as RouteTerms).listener !== ADMIN) return;
      route.constraints = { ...route.constraints, [LISTENER]: ADMIN };
    });
    const { head, request, check } = TIME_LIMITS;
    this.server = createServer(
      {
        headersTimeout: head,
        requestTimeout: request,
        connectionsCheckingInterval: check,
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (incoming, response) => {
        this.requests.add(incoming);
        // No proxy is in front of this port, so nobody is believed about another address.
        delete incoming.headers['x-forwarded-for'];
        fastify.routing(incoming, response);
      },
    );
  }

  /** Returns the URL on which it listens. It serves until the process ends, also while requests of clients are finished. */
  async listen(): Promise<string> {
    const server = this.server!;
    server.listen(this.address);
    await once(server, 'listening');
    const { address, family, port } = server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Ends all connections. */
  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
