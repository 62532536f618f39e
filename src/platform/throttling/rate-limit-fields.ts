import type { FastifyReply } from 'fastify';
import { type Limit, type ThrottlerRecord, WINDOW_SECONDS } from './window-storage.js';

/** A limit, and its use after a request. */
export interface Counted {
  readonly limit: Limit;
  readonly record: ThrottlerRecord;
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-11: what each limit is (section 3) and what is left of it (4). */
export function showLimits(reply: FastifyReply, counted: readonly Counted[]): void {
  const policies = counted.map(({ limit: { name, perMinute } }) => `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`);
  const left = counted.map(({ limit: { name, perMinute }, record: { totalHits, timeToExpire } }) => {
    return `"${name}";r=${Math.max(0, perMinute - totalHits)};t=${timeToExpire}`;
  });
  void reply.header('RateLimit-Policy', policies.join(', ')).header('RateLimit', left.join(', '));
}
