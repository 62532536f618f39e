import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Each has at most 100 calls. */
const MAX_CONNECTIONS = 1000;

/** The connections of a port. One more than a thousand is closed at once. */
export class Connections {
  private readonly open = new Map<string, Socket>();
  private readonly server = createServer({ noDelay: true }, (socket) => this.take(socket));

  /** `serve` gets every connection. */
  constructor(private readonly serve: (socket: Socket) => void) {
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** Returns the port. @throws Error if it is taken */
  async listen(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends the connection of this peer (`192.0.2.7:5000`), with all of its calls. */
  cut(peer: string): void {
    this.open.get(peer)?.destroy();
  }

  /** Takes no more of them. */
  close(): void {
    this.server.close();
  }

  /** Ends all of them. */
  end(): void {
    for (const socket of this.open.values()) socket.destroy();
  }

  private take(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.open.set(peer, socket);
    socket.on('close', () => this.open.delete(peer)).on('error', () => undefined); // `close` follows
    this.serve(socket);
  }
}
