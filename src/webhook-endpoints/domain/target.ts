import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Addresses that look public and lead to a cloud's own services: Azure's platform, whose metadata no guest may hand out. */
const CLOUD_SERVICES = new Set(['168.63.129.16']);
/** The addresses of the internet (RFC 4291, section 2.4): what is mapped or compatible to IPv4 is outside of it. */
const INTERNET = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is on the public internet: not private, loopback, link-local, of a cloud's metadata, nor anything special. */
export function isPublic(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || CLOUD_SERVICES.has(address.toString())) return false;
  return address.kind() === 'ipv4' || address.match(INTERNET);
}

/** Whether an address is in one of these networks (CIDR). */
export function isWithin(text: string, networks: readonly string[]): boolean {
  const address = ipaddr.process(text);
  return networks.some((network) => matches(address, ipaddr.parseCIDR(network)));
}

const OWN_NETWORKS = '; WEBHOOK_ALLOWED_NETWORKS allows networks of your own';
const NOT_ENCRYPTED = `must be an https URL${OWN_NETWORKS}, also without encryption`;

/** Returns why nothing may be sent by this scheme, whatever the addresses of the host are, or `undefined`. */
export function schemeRefusalOf(protocol: string, allowed: readonly string[]): string | undefined {
  return protocol === 'https:' || allowed.length > 0 ? undefined : NOT_ENCRYPTED;
}

/**
 * Returns why nothing may be sent to a host with these addresses, or `undefined`. The operator's networks are allowed, and are the only
 * ones to which unencrypted requests go.
 */
export function refusalOf(
  { protocol }: { readonly protocol: string },
  addresses: readonly string[],
  allowed: readonly string[],
): string | undefined {
  if (addresses.length === 0) return 'has no address';
  const others = addresses.filter((address) => !isWithin(address, allowed));
  const hidden = others.find((address) => !isPublic(address));
  if (hidden !== undefined) return `leads to ${hidden}, which is not an address of the public internet${OWN_NETWORKS}`;
  if (protocol !== 'https:' && others.length > 0) return NOT_ENCRYPTED;
  return undefined;
}

function matches(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match([network, bits] as never);
}
