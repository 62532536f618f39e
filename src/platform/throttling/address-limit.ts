import { Injectable } from '@nestjs/common';
import { InjectThrottlerStorage, normalizeIp } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/index.js';
import { termsOf } from '../routes/index.js';
import { weightOfAddress } from './body-weight.js';
import { clientAddress } from './client-address.js';
import { refuse } from './rate-limited.js';
import { type Counted, showLimits } from './rate-limit-fields.js';
import { type Limit, WindowStorage } from './window-storage.js';

/** A request with the state of its address limit, for later limits. */
export type CountedRequest = FastifyRequest & { countedByAddress?: Counted };

/**
 * Counts every request of an address before reading it, including unknown URLs, wrong methods, documents and refused bodies. Webhooks
 * of providers have a separate limit, because all of a shop's come from a few addresses.
 */
@Injectable()
export class AddressLimit {
  constructor(
    @InjectThrottlerStorage() private readonly windows: WindowStorage,
    private readonly config: Config,
  ) {}

  /** Counts at once when this process holds a place for the request, as for most. @throws RateLimited */
  count(request: CountedRequest, reply: FastifyReply): undefined | Promise<void> {
    const limit = this.limitOf(request);
    if (!limit) return undefined;
    const record = this.windows.countOne(limit);
    if (record instanceof Promise) return record.then((counted) => admit(request, reply, { limit, record: counted }));
    return admit(request, reply, { limit, record });
  }

  private limitOf(request: FastifyRequest): Limit | undefined {
    const { rateLimit } = this.config;
    // An IPv6 client has a whole /64 network, so the network counts as one address.
    const subject = normalizeIp(clientAddress(request));
    switch (termsOf(request).limitedAs) {
      case 'unlimited':
        return undefined;
      case 'webhooks':
        return { name: 'webhooks', subject, perMinute: rateLimit.webhooksPerAddress };
      default:
        return { name: 'address', subject, perMinute: rateLimit.perAddress, weight: weightOfAddress(request) };
    }
  }
}

function admit(request: CountedRequest, reply: FastifyReply, counted: Counted): undefined {
  const { limit, record } = counted;
  Object.assign(request, { countedByAddress: counted });
  showLimits(reply, [counted]);
  if (record.isBlocked) refuse(limit, record.timeToBlockExpire);
}
