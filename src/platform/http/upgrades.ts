import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Route } from './entrance.js';

/** The connection of a request that asks for another protocol, and what came on it after the request. */
export interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

type UpgradingServer = Server & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Returns the connection of a request for a WebSocket; undefined for any other request. */
export function upgradeOf({ raw }: FastifyRequest): Upgrade | undefined {
  return upgrades.get(raw);
}

/**
 * Routes requests for WebSockets like all others, so that the same limits and guards are before their handlers; a handler that takes the
 * connection hijacks the reply. What is answered instead is the last answer of its connection.
 */
export function routeUpgrades({ server: plain }: FastifyInstance, route: Route): void {
  const server = plain as UpgradingServer;
  // Clients that offer HTTP/2 (`Upgrade: h2c`) are served as if they did not. Node before 22.21 does not ask.
  server.shouldUpgradeCallback = isForWebSocket;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!isForWebSocket(request)) return void socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as never);
    response.once('finish', () => socket.end());
    upgrades.set(request, { socket, head });
    route(request, response);
  });
}

function isForWebSocket({ headers, method }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}
