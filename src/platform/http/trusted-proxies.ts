import type { TrustProxy } from '../config/index.js';

/**
 * Fastify's option for trusted senders of `X-Forwarded-For`. A number trusts that many addresses, counted from the connection. It is
 * correct only if every request passes that many proxies, because the sender is not checked.
 */
export function trustedBy(trust: TrustProxy): boolean | string | ((address: string, hop: number) => boolean) {
  return typeof trust === 'number' ? (_address, hop) => hop < trust : trust;
}
