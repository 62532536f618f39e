import { isIP } from 'node:net';

/** What Fastify knows of where a request comes from: `ip` is what the trusted proxies say. */
export interface AddressedRequest {
  readonly ip: string;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * The address that a request counts for. Proxies pass on what clients wrote into `X-Forwarded-For`; where that is no
 * address, the connection's own counts, so that nobody chooses the key of a limit.
 */
export function clientAddress({ ip, socket }: AddressedRequest): string {
  const address = withoutPort(String(ip).trim());
  return isIP(address) === 0 ? (socket.remoteAddress ?? 'unknown') : address;
}

/** Some proxies append the client's port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+)$/i.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}
