import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { RateLimited } from './rate-limited.js';
import { type Limit, type ThrottlerRecord, WINDOW_SECONDS, WindowStorage } from './window-storage.js';

const UNTHROTTLED = Symbol('unthrottled');

/** The route is not limited: probes and metrics must answer on the worst of days. */
export const Unthrottled = () => SetMetadata(UNTHROTTLED, true);

/**
 * Applies every throttler of the module that has a subject in the request: the address, and the user once signed in.
 * So it runs after authentication. The library's guard asks the storage once for each throttler; this one asks once
 * for the request, in one round trip.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly windows: WindowStorage,
    reflector: Reflector,
  ) {
    super(options, windows, reflector);
  }

  /** @throws RateLimited */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride(UNTHROTTLED, [context.getHandler(), context.getClass()])) return true;
    const http = context.switchToHttp();
    const limits = await this.limitsOf(http.getRequest(), context);
    const records = await this.windows.count(limits);
    tell(http.getResponse(), limits, records);
    for (const [index, { isBlocked, timeToBlockExpire }] of records.entries()) {
      if (isBlocked) throw new RateLimited(limits[index]!, timeToBlockExpire);
    }
    return true;
  }

  private async limitsOf(request: Record<string, unknown>, context: ExecutionContext): Promise<Limit[]> {
    const limits: Limit[] = [];
    for (const { name = '', limit, getTracker } of this.throttlers) {
      const subject = await getTracker?.(request, context);
      if (subject) limits.push({ name, subject, perMinute: limit as number });
    }
    return limits;
  }
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10: what each limit is (section 3) and what is left of it (4). */
function tell(reply: FastifyReply, limits: readonly Limit[], records: readonly ThrottlerRecord[]): void {
  const policies = limits.map(({ name, perMinute }) => `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`);
  const left = limits.map(({ name, perMinute }, index) => {
    const { totalHits, timeToExpire } = records[index]!;
    return `"${name}";r=${Math.max(0, perMinute - totalHits)};t=${timeToExpire}`;
  });
  void reply.header('RateLimit-Policy', policies.join(', ')).header('RateLimit', left.join(', '));
}
