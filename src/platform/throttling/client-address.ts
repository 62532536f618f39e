import { isIP } from 'node:net';

/** The source of a request according to Fastify; `ip` is the address that the trusted proxies report. */
export interface AddressedRequest {
  readonly ip: string;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * Returns the address that a request counts for. Proxies forward values that clients wrote into `X-Forwarded-For`. If a value is not an
 * address, the connection's own address counts, so that nobody can choose the key of a limit.
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
