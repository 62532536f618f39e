import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import { SubjectLimit } from '../platform/throttling/index.js';
import { orderMessageSettings } from './order-messages.settings.js';

/** Limits how many messages somebody posts in a minute. A guard, so that it counts before the transaction begins. */
@Injectable()
export class OrderMessageLimit implements CanActivate {
  constructor(
    private readonly limit: SubjectLimit,
    private readonly config: Config,
  ) {}

  /** @throws RateLimited */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { apiKey, userId } = context.switchToHttp().getRequest<{ user: Caller }>().user;
    const { perMinute } = this.config.of(orderMessageSettings);
    await this.limit.take({ name: 'messages', subject: apiKey?.id ?? userId, perMinute });
    return true;
  }
}
