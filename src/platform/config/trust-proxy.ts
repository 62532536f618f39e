import { isIP } from 'node:net';
import { z } from 'zod';

/** The trusted senders of `X-Forwarded-For`: none, all, a number of proxies, or these addresses. */
export type TrustProxy = boolean | number | string;

/** Names of address ranges that `proxy-addr` knows. */
const ranges = ['loopback', 'linklocal', 'uniquelocal'];
const MAX_HOPS = 10;

/** `false`, `true`, a number of proxies, or addresses, networks (CIDR) and names of ranges, separated by commas. */
export const trustProxy = z
  .string()
  .transform((text): TrustProxy => {
    if (text === 'true' || text === 'false') return text === 'true';
    return /^\d+$/.test(text) ? Number(text) : text;
  })
  .refine(isTrust, {
    error: `must be false, the number of proxies in front (1 to ${MAX_HOPS}), or their addresses, separated by commas, such as 10.0.0.0/8`,
  });

function isTrust(value: TrustProxy): boolean {
  if (typeof value === 'number') return value >= 1 && value <= MAX_HOPS;
  return typeof value === 'boolean' || value.split(',').every((part) => isNetwork(part.trim()));
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0) return ranges.includes(text);
  const most = version === 4 ? 32 : 128;
  return (
    rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most))
  );
}
