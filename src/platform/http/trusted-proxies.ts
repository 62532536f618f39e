import type { TrustProxy } from '../config/index.js';

/**
 * Fastify's option for whose `X-Forwarded-For` counts. A number trusts so many addresses, counted from the connection:
 * it holds only where every request passes that many proxies, since who connects is not looked at.
 */
export function trustedBy(trust: TrustProxy): boolean | string | ((address: string, hop: number) => boolean) {
  return typeof trust === 'number' ? (_address, hop) => hop < trust : trust;
}
