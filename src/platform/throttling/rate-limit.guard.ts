import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import { termsOf } from '../routes/index.js';
import type { CountedRequest } from './address-limit.js';
import { weightOfUser } from './body-weight.js';
import { refuse } from './rate-limited.js';
import { type Counted, showLimits } from './rate-limit-fields.js';
import { type Limit, WindowStorage } from './window-storage.js';

/**
 * Applies every throttler of the module with a subject in the request, such as the signed-in user. It runs after authentication; the
 * address was counted before (`AddressLimit`). The library's guard asks the storage once per throttler; this one asks once per
 * request, in one round trip.
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
    const request = context.switchToHttp().getRequest<CountedRequest>();
    if (termsOf(request).limitedAs) return true;
    const counted = await this.count(await this.limitsOf(request, context));
    if (counted.length === 0) return true;
    const { countedByAddress } = request;
    showLimits(context.switchToHttp().getResponse(), countedByAddress ? [countedByAddress, ...counted] : counted);
    const exceeded = counted.find(({ record }) => record.isBlocked);
    if (exceeded) refuse(exceeded.limit, exceeded.record.timeToBlockExpire);
    return true;
  }

  private async count(limits: readonly Limit[]): Promise<Counted[]> {
    if (limits.length === 0) return [];
    const records = await this.windows.count(limits);
    return limits.map((limit, index) => ({ limit, record: records[index]! }));
  }

  private async limitsOf(request: CountedRequest, context: ExecutionContext): Promise<Limit[]> {
    const limits: Limit[] = [];
    const weight = weightOfUser(request);
    for (const { name = '', limit, getTracker } of this.throttlers) {
      const subject = await getTracker?.(request as unknown as Record<string, unknown>, context);
      if (!subject) continue;
      const perMinute = typeof limit === 'function' ? await limit(context) : limit;
      limits.push({ name, subject, perMinute, weight });
    }
    return limits;
  }
}
