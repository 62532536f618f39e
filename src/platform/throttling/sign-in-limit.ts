import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { Config } from '../config/index.js';
import { RateLimited } from './rate-limited.js';
import { WindowStorage } from './window-storage.js';

/** Slows down who guesses one account's password from many addresses. */
@Injectable()
export class SignInLimit {
  constructor(
    @InjectThrottlerStorage() private readonly windows: WindowStorage,
    private readonly config: Config,
  ) {}

  /** Counts one attempt, right or wrong, whether or not the account exists. @throws RateLimited */
  async count(normalizedEmail: string): Promise<void> {
    // Hashed, so that nobody reads addresses in Redis.
    const subject = createHash('sha256').update(normalizedEmail).digest('base64url');
    const limit = { name: 'account', subject, perMinute: this.config.rateLimit.signInPerAccount };
    const [record] = await this.windows.count([limit]);
    if (record?.isBlocked) throw new RateLimited(limit, record.timeToBlockExpire);
  }
}
