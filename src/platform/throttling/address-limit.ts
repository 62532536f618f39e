import { AsyncLocalStorage } from 'node:async_hooks';
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

/** The call that the request of now is, if it was counted before. */
const callAhead = new AsyncLocalStorage<Counted>();

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
    const asked = this.limitOf(request);
    if (!asked) return undefined;
    const counted = callAhead.getStore();
    const limit = counted ? { ...asked, weight: (asked.weight ?? 1) - 1 } : asked;
    if (counted && limit.weight === 0) return admit(request, reply, counted);
    const record = this.windows.countOne(limit);
    if (record instanceof Promise) return record.then((counted) => admit(request, reply, { limit, record: counted }));
    return admit(request, reply, { limit, record });
  }

  /** Counts a call before it is read: it is no request yet. @throws RateLimited */
  async countCall(address: string): Promise<Counted> {
    const limit = this.ofAddress(address);
    const record = await this.windows.countOne(limit);
    if (record.isBlocked) refuse(limit, record.timeToBlockExpire);
    return { limit, record };
  }

  /** Makes the request of a counted call: it counts for the length of its body alone. */
  asCounted<T>(counted: Counted, make: () => T): T {
    return callAhead.run(counted, make);
  }

  private limitOf(request: FastifyRequest): Limit | undefined {
    const { rateLimit } = this.config;
    const limit = this.ofAddress(clientAddress(request));
    switch (termsOf(request).limitedAs) {
      case 'unlimited':
        return undefined;
      case 'webhooks':
        return { ...limit, name: 'webhooks', perMinute: rateLimit.webhooksPerAddress };
      default:
        return { ...limit, weight: weightOfAddress(request) };
    }
  }

  /** An IPv6 client has a whole /64 network, so the network counts as one address. */
  private ofAddress(address: string): Limit {
    return { name: 'address', subject: normalizeIp(address), perMinute: this.config.rateLimit.perAddress };
  }
}

function admit(request: CountedRequest, reply: FastifyReply, counted: Counted): undefined {
  const { limit, record } = counted;
  Object.assign(request, { countedByAddress: counted });
  showLimits(reply, [counted]);
  if (record.isBlocked) refuse(limit, record.timeToBlockExpire);
}
