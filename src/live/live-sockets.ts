import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../platform/access/index.js';
import { logFailure } from '../platform/database/index.js';
import type { Upgrade } from '../platform/http/index.js';
import { Logger } from '../platform/logging/index.js';
import { DomainError } from '../shared/errors.js';
import type { LiveQuery } from './dto/live.query.js';
import { LiveConnections, type Place } from './live-connections.js';
import { LiveReader } from './live-reader.js';
import { Subscribers } from './subscribers.js';
import { WebSocketSink } from './websocket-sink.js';

/** How long a client may take to sign in, in milliseconds. */
const SIGN_IN_MS = 5000;
/** Bytes of a message; a client sends its token and nothing else. */
const MAX_MESSAGE = 8 * 1024;
/** Codes of applications (RFC 6455, section 7.4.2). */
const [BAD_MESSAGE, UNAUTHENTICATED, REFUSED] = [4400, 4401, 4403] as const;
/** What `readyState` says of an open one. */
const OPEN = 1;
/** The server met something that it did not expect (the same section). */
const FAILURE = 1011;

/** A request for a WebSocket, and the place that is taken for it. */
export interface Handshake {
  readonly request: FastifyRequest;
  readonly upgrade: Upgrade;
  readonly place: Place;
}

/** Makes WebSockets (RFC 6455) of requests, and signs their clients in. */
@Injectable()
export class LiveSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
  });

  constructor(
    private readonly connections: LiveConnections,
    private readonly reader: LiveReader,
    private readonly subscribers: Subscribers,
    private readonly logger: Logger,
  ) {}

  /** Without a caller, the client signs in by its first message. */
  accept({ request, upgrade, place }: Handshake, caller: Caller | undefined, query: LiveQuery): void {
    // A client may have gone while guards asked who it is.
    if (upgrade.socket.destroyed) return place.leave();
    upgrade.socket.once('close', place.leave);
    this.server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => {
      socket.on('error', () => undefined); // `close` follows
      if (caller) this.begin(socket, caller, query, request);
      else this.awaitSignIn(socket, query, request, place);
    });
  }

  private awaitSignIn(socket: WebSocket, query: LiveQuery, request: FastifyRequest, place: Place): void {
    const timer = setTimeout(() => socket.close(UNAUTHENTICATED, 'sign_in_missing'), SIGN_IN_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('message', (data, isBinary) => {
      clearTimeout(timer);
      const token = isBinary ? undefined : tokenIn(data);
      if (token === undefined) return socket.close(BAD_MESSAGE, 'sign_in_expected');
      this.signIn(socket, token, query, request)
        .then(place.leave)
        .catch((error: unknown) => this.refuse(socket, error));
    });
  }

  private refuse(socket: WebSocket, error: unknown): void {
    if (error instanceof DomainError) return socket.close(REFUSED, error.code);
    logFailure(this.logger, 'a live connection could not be signed in', error);
    socket.close(FAILURE, 'failure');
  }

  /** @throws what refuses a caller, and the limits */
  private async signIn(socket: WebSocket, token: string, query: LiveQuery, request: FastifyRequest): Promise<void> {
    const caller = await this.subscribers.identify(request, token);
    if (socket.readyState !== OPEN) return;
    if (!caller) return socket.close(UNAUTHENTICATED, 'unauthenticated');
    const place = this.connections.take(caller);
    socket.once('close', place.leave);
    this.begin(socket, caller, query, request, token);
  }

  private begin(socket: WebSocket, caller: Caller, query: LiveQuery, request: FastifyRequest, token?: string): void {
    socket.on('message', () => socket.close(BAD_MESSAGE, 'message_not_expected'));
    const subscriber = this.subscribers.of(caller, query, request, token);
    this.connections.begin(subscriber, new WebSocketSink(socket), query.after);
    this.reader.begin();
  }
}

/** Returns the token of a message `{"type":"sign_in","token":"..."}`. */
function tokenIn(data: Buffer): string | undefined {
  try {
    const { type, token } = JSON.parse(data.toString('utf8')) as { type?: unknown; token?: unknown };
    return type === 'sign_in' && typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
