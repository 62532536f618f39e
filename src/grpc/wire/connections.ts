import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { normalizeIp } from '@nestjs/throttler';
import { counter } from '../../platform/metrics/index.js';

/** Each has at most 100 calls. */
const MAX_CONNECTIONS = 1000;

/** So that one client can't take them all. A proxy is one address too, and needs fewer: it sends 100 calls by each. */
export const MAX_PER_ADDRESS = 100;

const refused = counter('till_grpc_connections_refused_total', 'Connections by gRPC that were closed at once.', {
  limit: ['address', 'process'],
});

/** The connections of a port. One more than a thousand, or than a hundred of one address, is closed at once. */
export class Connections {
  private readonly open = new Map<string, Socket>();
  private readonly ofAddress = new Map<string, number>();
  private readonly server = createServer({ noDelay: true }, (socket) => this.take(socket));

  /** `serve` gets every connection. */
  constructor(private readonly serve: (socket: Socket) => void) {
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.on('drop', () => refused.inc({ limit: 'process' }));
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
    socket.on('error', () => undefined); // `close` follows
    if (this.count(socket)) return this.keep(socket);
    refused.inc({ limit: 'address' });
    socket.destroy();
  }

  /** Counts the connection for its address until it closes, unless there are too many. An IPv6 /64 network counts as one address. */
  private count(socket: Socket): boolean {
    const address = normalizeIp(socket.remoteAddress ?? '');
    const others = this.ofAddress.get(address) ?? 0;
    if (others >= MAX_PER_ADDRESS) return false;
    this.ofAddress.set(address, others + 1);
    socket.on('close', () => this.release(address));
    return true;
  }

  private release(address: string): void {
    const others = this.ofAddress.get(address)! - 1;
    if (others > 0) this.ofAddress.set(address, others);
    else this.ofAddress.delete(address);
  }

  private keep(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.open.set(peer, socket);
    socket.on('close', () => this.open.delete(peer));
    this.serve(socket);
  }
}
