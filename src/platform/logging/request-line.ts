import { isIPv4 } from 'node:net';

/** How much of a client's address a line has. */
export type AddressInLog = 'full' | 'shortened' | 'none';

/**
 * Returns the address for a line. Shortened, it names a network and no person: 24 bits of IPv4, 48 of IPv6 (the prefixes that data protection
 * authorities accept as anonymous).
 */
export function loggedAddress(address: string, detail: AddressInLog): string | undefined {
  if (detail === 'none') return undefined;
  if (detail === 'full') return address;
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(mapped)) return `${mapped.slice(0, mapped.lastIndexOf('.'))}.0/24`;
  return `${prefixOf(address)}::/48`;
}

/** The first three groups of an IPv6 address. */
function prefixOf(address: string): string {
  const [head = ''] = address.split('::', 1);
  const groups = head === '' ? [] : head.split(':');
  return Array.from({ length: 3 }, (_, index) => groups[index] ?? '0').join(':');
}

/** Returns the trace id of a `traceparent` header (W3C Trace Context, section 3.2), if it is valid. */
export function traceIdIn(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const [, id] = /^(?!ff)[\da-f]{2}-([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(-|$)/.exec(header) ?? [];
  return id === '0'.repeat(32) ? undefined : id;
}
