import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a request that has not come whole may still take once the process ends, in milliseconds. */
const GRACE_MS = 2000;

/** The connections of a server, and what each is doing: Node closes those alone that it takes for idle. */
export class Connections {
  /** By socket: its requests that are not answered yet. */
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
