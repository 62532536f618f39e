import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import type { Caller } from '../access/index.js';
import { Config } from '../config/index.js';
import { termsOf } from '../routes/index.js';
import type { CountedRequest } from './address-limit.js';
import { weightOfUser } from './body-weight.js';
import { refuse } from './rate-limited.js';
import { showLimits } from './rate-limit-fields.js';
import { type Limit, type ThrottlerRecord, WindowStorage } from './window-storage.js';

/**
 * Counts the requests of each known caller: a person's together, an API key's by themselves. It runs after authentication; the address
 * was counted before (`AddressLimit`).
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    @InjectThrottlerStorage() private readonly windows: WindowStorage,
    private readonly config: Config,
  ) {}

  /** @throws RateLimited */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<CountedRequest & { user?: Caller }>();
    const limit = termsOf(request).limitedAs ? undefined : this.limitOf(request);
    if (!limit) return true;
    const counted = this.windows.countOne(limit);
    if (!(counted instanceof Promise)) return admit(context, limit, counted);
    return counted.then((record) => admit(context, limit, record));
  }

  private limitOf(request: CountedRequest & { user?: Caller }): Limit | undefined {
    const { user } = request;
    if (!user) return undefined;
    const { perUser } = this.config.rateLimit;
    const weight = weightOfUser(request);
    if (!user.apiKey) return { name: 'user', subject: user.userId, perMinute: perUser, weight };
    return { name: 'key', subject: user.apiKey.id, perMinute: user.apiKey.requestsPerMinute ?? perUser, weight };
  }
}

function admit(context: ExecutionContext, limit: Limit, record: ThrottlerRecord): true {
  const http = context.switchToHttp();
  const { countedByAddress } = http.getRequest<CountedRequest>();
  const counted = { limit, record };
  showLimits(http.getResponse(), countedByAddress ? [countedByAddress, counted] : [counted]);
  if (record.isBlocked) refuse(limit, record.timeToBlockExpire);
  return true;
}
