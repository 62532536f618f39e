import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long an incomplete request may still take after the process began to end, in milliseconds. */
const GRACE_MS = 2000;

/** Tracks the connections of a server and their requests: Node itself closes only connections that it considers idle. */
export class Connections {
  /** The requests without a response, by socket. */
  private readonly open = new Map<Socket, Set<IncomingMessage>>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.set(socket, new Set());
      socket.once('close', () => this.open.delete(socket));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.open.get(request.socket)?.add(request);
      response.once('close', () => this.open.get(request.socket)?.delete(request));
    });
  }

  /**
   * Closes what is idle or unfinished: at once a connection without a request (nothing sent, or half a head), after two
   * seconds one whose body has not come whole. A request that is served is left alone.
   */
  closeUnfinished(): void {
    this.closeWhere((requests) => requests.length === 0);
    setInterval(() => this.closeWhere((requests) => requests.length === 0), 100).unref();
    setTimeout(() => this.closeWhere((requests) => requests.every(({ complete }) => !complete)), GRACE_MS).unref();
  }

  private closeWhere(isUnfinished: (requests: readonly IncomingMessage[]) => boolean): void {
    for (const [socket, requests] of this.open) if (isUnfinished([...requests])) socket.destroy();
  }
}
