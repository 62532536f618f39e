import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address in front of servers of which one is the primary, as Sentinel, Patroni or a cloud's endpoint give it. */
export interface SwitchableProxy {
  readonly port: number;
  /** Leads new connections to another server; those that are open stay where they are. */
  switchTo(port: number): void;
  /** How many came so far. */
  accepted(): number;
  /** Ends those that are open. */
  cut(): void;
  close(): Promise<void>;
}

/** A proxy to a port of 127.0.0.1. */
export async function switchableProxy(first: number): Promise<SwitchableProxy> {
  let target = first;
  let accepted = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    accepted += 1;
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    switchTo: (port) => {
      target = port;
    },
    accepted: () => accepted,
    cut,
    close: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
