import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** How long an incomplete request may still take after the process began to end, in milliseconds. */
const GRACE_MS = 2000;

/** How long proxies may take to notice that nobody listens, in milliseconds; until then they may send on open connections. */
const NOTICE_MS = 1000;
/** A turn of the event loop that took no longer had nothing to read, in milliseconds. */
const EMPTY_TURN_MS = 0.2;
const MAX_TURNS = 100;

/** Tracks the connections of a server and their requests: Node itself closes only connections that it considers idle. */
export class Connections {
  /** The requests without a response, by socket. */
  private readonly open = new Map<Socket, Set<IncomingMessage>>();

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.set(socket, new Set());
      socket.once('close', () => this.open.delete(socket));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.open.get(request.socket)?.add(request);
      response.on('close', () => this.open.get(request.socket)?.delete(request));
    });
  }

  /**
   * Stops listening, and leaves connections open until their clients have noticed: for a second, or until none is left. A proxy may have
   * sent a request on any of them, and repeats no POST. Node's `http.Server.close` and Fastify close idle connections at once.
   */
  async stopListening(): Promise<void> {
    // The kernel resets connections that the process has not accepted, so the listener closes when none waits.
    await emptyTurn();
    NetServer.prototype.close.call(this.server);
    const deadline = performance.now() + NOTICE_MS;
    while (this.open.size > 0 && performance.now() < deadline) await delay(10);
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

/** Waits for the end of a turn of the event loop that had nothing to read. */
async function emptyTurn(): Promise<void> {
  await nextTurn();
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const began = performance.now();
    await nextTurn();
    if (performance.now() - began < EMPTY_TURN_MS) return;
  }
}
